import { auditHead, listAudit } from '../../domain/audit-log.js';
import type { AuditRow } from '../../store/operate-schema.js';
import { Empty, Id, Name } from '../parts/text.js';
import { Time } from '../parts/time.js';
import { namesOf } from '../read/names.js';
import type { Page } from '../view.js';

const SHOWN = 50;

/** Who asked for which change, and what came of it. */
export const audit: Page = async (view) => {
  const { db } = view.env;
  const before = /^\d{1,18}$/.exec(view.query.get('before') ?? '')?.[0];
  const rows = await listAudit(db, { limit: SHOWN, before: before === undefined ? undefined : BigInt(before) });
  const names = await namesOf(
    db,
    rows.flatMap(({ actor }) => (actor === null ? [] : [actor])),
  );
  const head = await auditHead(db);
  const last = rows.at(-1);
  return {
    title: 'Audit log',
    body: (
      <>
        <p>
          Every request that was to change something, also the refused ones. Each line carries a hash over itself and
          the line before it, so that none can be edited or taken away unnoticed. The last line is number{' '}
          {String(head.seq)}: <code>{head.hash.slice(0, 16)}…</code>
        </p>
        <AuditLines rows={rows} names={names} now={view.now} />
        <p class="pages">
          {before === undefined ? '' : <a href="/console/audit">Newest</a>}
          {rows.length === SHOWN && last ? <a href={`/console/audit?before=${last.seq}`}>Older</a> : ''}
        </p>
      </>
    ),
  };
};

/** Lines of the audit log, newest first. */
export const AuditLines = ({
  rows,
  names,
  now,
}: {
  rows: readonly AuditRow[];
  names: ReadonlyMap<string, string>;
  now: number;
}) =>
  rows.length === 0 ? (
    <Empty>Nothing was changed yet.</Empty>
  ) : (
    <table class="rows dense">
      <caption>Changes, newest first</caption>
      <thead>
        <tr>
          <th scope="col" class="right">
            Line
          </th>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">About</th>
          <th scope="col">Came to</th>
          <th scope="col">Hash</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr id={`line-${row.seq}`}>
            <td data-label="Line" class="right">
              {String(row.seq)}
            </td>
            <td data-label="When">
              <Time at={row.at} now={now} />
            </td>
            <td data-label="Who">
              {row.actor === null ? (
                <span class="quiet">nobody known</span>
              ) : (
                <span>
                  <Name text={names.get(row.actor) ?? row.actor} max={40} /> <span class="quiet">{row.role}</span>
                </span>
              )}
            </td>
            <td data-label="What">
              <Name text={row.action} max={60} />
            </td>
            <td data-label="About">{row.target === null ? '' : <Id id={row.target} />}</td>
            <td data-label="Came to">
              <span>
                <span class={`status ${row.status < 400n ? 'good' : 'bad'}`}>{String(row.status)}</span>{' '}
                {row.replayed === 1n ? <span class="status wait">replayed</span> : ''}{' '}
                {row.error ? <code>{row.error}</code> : ''}
              </span>
            </td>
            <td data-label="Hash">
              <code class="id" title={row.hash}>
                {row.hash.slice(0, 8)}
              </code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
