import type { RequestNote } from '../../requests.js';
import { Empty, Name } from '../parts/text.js';
import { Time } from '../parts/time.js';
import { namesOf } from '../read/names.js';
import type { Page } from '../view.js';

const SHOWN = 100;

const WAYS: Readonly<Record<RequestNote['way'], string>> = { rest: 'REST', tool: 'tool call', mcp: 'MCP' };

/** What reached the marketplace, as it arrives. */
export const requests: Page = async (view) => {
  const notes = view.env.requests.recent(SHOWN);
  const names = await namesOf(
    view.env.db,
    notes.flatMap(({ account }) => (account === undefined ? [] : [account])),
  );
  return {
    title: 'Requests',
    body: (
      <>
        <p>
          What reached this process since it began, newest first, at most {String(SHOWN)}. No body is kept, and of a key
          only the beginning of its hash: two lines with the same one are the same operation. Every change, also by
          other processes and before a restart, is in the <a href="/console/audit">audit log</a>.
        </p>
        {notes.length === 0 ? (
          <Empty>Nothing yet. Point an assistant at this address, or use a desk of the console.</Empty>
        ) : (
          <table class="rows dense">
            <caption>Requests and tool calls</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">Route</th>
                <th scope="col">Who</th>
                <th scope="col">Key</th>
                <th scope="col">Answer</th>
              </tr>
            </thead>
            <tbody>
              {notes.map((note) => (
                <tr id={`request-${note.n}`}>
                  <td data-label="When">
                    <Time at={note.at} now={view.now} />
                  </td>
                  <td data-label="What">
                    <span>
                      <strong>
                        <Name text={note.action} max={60} />
                      </strong>{' '}
                      <span class="quiet">{WAYS[note.way]}</span>
                    </span>
                  </td>
                  <td data-label="Route">
                    <code>{`${note.method} ${note.path}`}</code>
                  </td>
                  <td data-label="Who">
                    <Who note={note} name={names.get(note.account ?? '')} />
                  </td>
                  <td data-label="Key">{note.key ? <code>{note.key}</code> : <span class="quiet">none</span>}</td>
                  <td data-label="Answer">
                    <Answer note={note} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </>
    ),
  };
};

const Who = ({ note, name }: { note: RequestNote; name: string | undefined }) =>
  note.role === undefined ? (
    <span class="quiet">nobody known</span>
  ) : (
    <span>
      <Name text={name ?? note.account ?? note.role} max={40} /> <span class="quiet">{note.role}</span>
    </span>
  );

const Answer = ({ note }: { note: RequestNote }) => (
  <span>
    <span class={`status ${note.status < 400 ? 'good' : 'bad'}`}>{String(note.status)}</span>{' '}
    {note.replayed ? <span class="status wait">replayed</span> : ''} {note.error ? <code>{note.error}</code> : ''}{' '}
    <span class="quiet figure">{`${Math.max(1, Math.round(note.ms))} ms`}</span>
  </span>
);
