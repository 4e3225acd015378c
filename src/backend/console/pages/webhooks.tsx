import { WEBHOOK_EVENTS } from '../../../marketplaces/humans2ai/contract/webhooks.js';
import { cleanText } from '../../../untrusted.js';
import { attemptsOf, type Delivery, listDeliveries } from '../../domain/webhook-deliveries.js';
import type { DeliveryAttemptRow } from '../../store/operate-schema.js';
import { Act, CheckBoxes, formId, TextArea, TextField } from '../parts/form.js';
import { Empty, Id, Name } from '../parts/text.js';
import { Time } from '../parts/time.js';
import { type Hook, hooksOf } from '../read/webhooks.js';
import { MARKETS, type MarketplaceName } from '../roles.js';
import type { Page, View } from '../view.js';

const DELIVERIES_SHOWN = 10;

interface ShownHook extends Hook {
  readonly deliveries: readonly ShownDelivery[];
}
interface ShownDelivery {
  readonly delivery: Delivery;
  readonly attempts: readonly DeliveryAttemptRow[];
}

/** Who is told of events, and how telling them went. */
export const webhooks: Page = async (view) => {
  const { db } = view.env;
  const sections = [];
  for (const { name, title } of MARKETS) {
    const seat = view.role.seats[name];
    if (!seat || view.role.name === 'admin') continue;
    const hooks: ShownHook[] = [];
    for (const hook of await hooksOf(db, name, seat.account)) {
      const deliveries: ShownDelivery[] = [];
      for (const delivery of await listDeliveries(db, hook.id, { limit: DELIVERIES_SHOWN })) {
        deliveries.push({ delivery, attempts: await attemptsOf(db, delivery.id) });
      }
      hooks.push({ ...hook, deliveries });
    }
    sections.push({ name, title, hooks });
  }
  return {
    title: 'Webhooks',
    body: (
      <>
        {sections.length === 0 ? (
          <Empty>An admin has no webhooks. Sign in as somebody who is told of things.</Empty>
        ) : (
          ''
        )}
        {sections.map(({ name, title, hooks }) => (
          <section>
            <h2>{title}</h2>
            {hooks.length === 0 ? <Empty>Nobody is told of anything yet.</Empty> : ''}
            {hooks.map((hook) => (
              <HookCard view={view} marketplace={name} hook={hook} />
            ))}
            <NewHook view={view} marketplace={name} />
          </section>
        ))}
      </>
    ),
  };
};

const HookCard = ({ view, marketplace, hook }: { view: View; marketplace: MarketplaceName; hook: ShownHook }) => (
  <article class="card work" id={`hook-${hook.id}`}>
    <h3>
      <code>{cleanText(hook.url, 200)}</code>{' '}
      <span class={`status ${hook.active ? 'good' : 'back'}`}>{hook.active ? 'active' : 'off'}</span>
    </h3>
    <p class="quiet">
      Told of <Name text={hook.events.join(', ')} max={300} />, since <Time at={hook.createdAt} now={view.now} />.
    </p>
    <div class="pair">
      {marketplace === 'humans2ai' ? (
        <Act view={view} action="rotate-webhook-secret" hidden={{ id: hook.id }} label="New signing secret" />
      ) : (
        ''
      )}
      <Act
        view={view}
        action={marketplace === 'humans2ai' ? 'delete-task-webhook' : 'delete-hiring-webhook'}
        hidden={{ id: hook.id }}
        label="Remove"
        tone="danger"
      />
    </div>
    {hook.deliveries.length === 0 ? (
      <Empty>Nothing was sent yet.</Empty>
    ) : (
      <table class="rows dense">
        <caption>Deliveries, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Event</th>
            <th scope="col">About</th>
            <th scope="col">State</th>
            <th scope="col">Attempts</th>
          </tr>
        </thead>
        <tbody>
          {hook.deliveries.map(({ delivery, attempts }) => (
            <tr id={`delivery-${delivery.id}`}>
              <td data-label="When">
                <Time at={delivery.created_at} now={view.now} />
              </td>
              <td data-label="Event">{delivery.event_type}</td>
              <td data-label="About">
                <Id id={delivery.subject} />
              </td>
              <td data-label="State">
                <div>
                  <span class={`status ${STATES[delivery.state]}`}>{delivery.state}</span>
                  {delivery.state === 'queued' || delivery.state === 'dropped' ? (
                    ''
                  ) : (
                    <Act
                      view={view}
                      action={marketplace === 'humans2ai' ? 'resend-task-event' : 'resend-hiring-event'}
                      hidden={{ id: hook.id, deliveryId: delivery.id }}
                      label="Send again"
                    />
                  )}
                </div>
              </td>
              <td data-label="Attempts">
                <Attempts attempts={attempts} now={view.now} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </article>
);

const STATES: Readonly<Record<Delivery['state'], string>> = {
  ready: 'wait',
  queued: 'plain',
  delivered: 'good',
  failed: 'bad',
  dropped: 'back',
};

const Attempts = ({ attempts, now }: { attempts: readonly DeliveryAttemptRow[]; now: number }) =>
  attempts.length === 0 ? (
    <span class="quiet">none yet</span>
  ) : (
    <ul class="attempts">
      {attempts.map(({ at, status, error, ms }) => (
        <li>
          <Time at={at} now={now} />:{' '}
          {status === null ? <Name text={error ?? 'no answer'} max={80} /> : `status ${status}`}
          {ms === null ? '' : ` in ${ms} ms`}
        </li>
      ))}
    </ul>
  );

const NewHook = ({ view, marketplace }: { view: View; marketplace: MarketplaceName }) => {
  const action = marketplace === 'agrenting' ? 'create-hiring-webhook' : 'create-task-webhook';
  const form = formId(action);
  const common = { view, form };
  return (
    <details open={view.failed?.form === form}>
      <summary>Tell an address of events</summary>
      <Act view={view} action={action} label="Subscribe and show the signing secret once" tone="main">
        <TextField
          {...common}
          name="url"
          label="Address"
          type="url"
          value="http://127.0.0.1:4020/hook"
          hint="https, or http on this machine."
        />
        {marketplace === 'humans2ai' ? (
          <CheckBoxes {...common} legend="Events" names={WEBHOOK_EVENTS} />
        ) : (
          <TextArea
            {...common}
            name="events"
            label="Events"
            value={'hiring.completed\nhiring.failed'}
            hint="One a line."
            rows={2}
          />
        )}
      </Act>
    </details>
  );
};
