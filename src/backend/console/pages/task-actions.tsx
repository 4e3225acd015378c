import { describeMoney } from '../../../money.js';
import type { Application } from '../../domain/applications.js';
import { CURRENCY, type Task } from '../../domain/task-record.js';
import { allows } from '../../domain/task-states.js';
import { Act, formId, TextArea, TextField } from '../parts/form.js';
import { Foreign, Name } from '../parts/text.js';
import type { View } from '../view.js';

interface Of {
  readonly view: View;
  readonly task: Task;
}

/** What each side can do with a task as it stands; the state machine says what may follow. */
export const TaskActions = ({
  view,
  task,
  applications,
  names,
}: Of & { applications: readonly Application[]; names: ReadonlyMap<string, string> }) => {
  const mine = view.role.seats.humans2ai?.account;
  const part = mine === task.agent_id ? 'owner' : view.role.name === 'human' ? 'human' : view.role.name;
  const applied = applications.some((one) => one.human_id === mine);
  const parts = {
    owner: () => <Owner view={view} task={task} applications={applications} names={names} />,
    human: () => <Human view={view} task={task} applied={applied} mine={mine === task.human_id} />,
    admin: () => <Admin view={view} task={task} />,
  } as const;
  const Part = part === 'owner' || part === 'human' || part === 'admin' ? parts[part] : undefined;
  return Part ? (
    <section class="actions">
      <h2>What you can do</h2>
      <Part />
    </section>
  ) : null;
};

const Owner = ({
  view,
  task,
  applications,
  names,
}: Of & { applications: readonly Application[]; names: ReadonlyMap<string, string> }) => {
  const hidden = { id: task.id };
  const budget = describeMoney({ units: task.budget, currency: CURRENCY });
  return (
    <>
      {allows(task.status, 'assign') && applications.length === 0 ? (
        <p>Wait for humans to apply, then choose one.</p>
      ) : (
        ''
      )}
      {allows(task.status, 'assign')
        ? applications.map(({ human_id, message }) => (
            <div class="applicant" id={`applicant-${human_id}`}>
              <p>
                <Name text={names.get(human_id) ?? human_id} max={60} />
              </p>
              {message ? <Foreign text={message} /> : ''}
              <Act
                view={view}
                action="select-applicant"
                hidden={{ ...hidden, humanId: human_id }}
                label="Choose"
                tone="main"
              />
            </div>
          ))
        : ''}
      {allows(task.status, 'approve') ? (
        <Act view={view} action="approve" hidden={hidden} label={`Approve: pay ${budget}, less the fee`} tone="main" />
      ) : (
        ''
      )}
      {allows(task.status, 'reject') ? (
        <Act view={view} action="reject" hidden={hidden} label="Reject" tone="danger">
          <TextArea
            view={view}
            form={formId('reject', hidden)}
            name="reason"
            label="Why it is not what you asked for"
            minlength={50}
            hint="At least 50 characters: the human reads it. The escrow stays locked."
          />
        </Act>
      ) : (
        ''
      )}
      {allows(task.status, 'cancel') ? (
        <Act view={view} action="cancel-task" hidden={hidden} label={`Cancel and get ${budget} back`} tone="danger" />
      ) : (
        ''
      )}
      {task.human_id === null ? (
        ''
      ) : (
        <Act view={view} action="write-to-human" hidden={hidden} label="Send">
          <TextArea
            view={view}
            form={formId('write-to-human', hidden)}
            name="content"
            label="Message to the human"
            rows={2}
          />
        </Act>
      )}
    </>
  );
};

const Human = ({ view, task, applied, mine }: Of & { applied: boolean; mine: boolean }) => {
  const hidden = { id: task.id };
  if (mine) return <HumanWork view={view} task={task} />;
  if (applied) return <p>You applied. The hirer decides whom to choose.</p>;
  if (!allows(task.status, 'assign')) return <p>Nobody can apply for it now.</p>;
  return (
    <Act view={view} action="apply" hidden={hidden} label="Apply" tone="main">
      <TextArea view={view} form={formId('apply', hidden)} name="message" label="Why you" required={false} />
    </Act>
  );
};

/** What the human who was chosen can do; on the desk as well. */
export const HumanWork = ({ view, task }: Of) => {
  const hidden = { id: task.id };
  const again = task.status === 'rejected_by_agent';
  return (
    <>
      {allows(task.status, 'submit') ? (
        <Act
          view={view}
          action="submit-proof"
          hidden={hidden}
          label={again ? 'Submit again' : 'Submit proof'}
          tone="main"
        >
          <TextArea
            view={view}
            form={formId('submit-proof', hidden)}
            name="content"
            label="What you did, as proof"
            rows={4}
          />
          <TextArea
            view={view}
            form={formId('submit-proof', hidden)}
            name="attachments"
            label="Links to pictures or files"
            hint="One address a line."
            required={false}
            rows={2}
          />
        </Act>
      ) : (
        ''
      )}
      {allows(task.status, 'dispute') ? (
        <Act view={view} action="dispute" hidden={hidden} label="Dispute the rejection" tone="danger">
          <TextArea view={view} form={formId('dispute', hidden)} name="reason" label="Why the rejection is wrong" />
        </Act>
      ) : (
        ''
      )}
      <Act view={view} action="write-to-owner" hidden={hidden} label="Send">
        <TextArea
          view={view}
          form={formId('write-to-owner', hidden)}
          name="content"
          label="Message to the hirer"
          rows={2}
        />
      </Act>
    </>
  );
};

export const Admin = ({ view, task }: Of) => {
  const hidden = { id: task.id };
  if (allows(task.status, 'open')) {
    return (
      <div class="pair">
        <Act view={view} action="approve-review" hidden={hidden} label="Let it go live" tone="main" />
        <Act view={view} action="decline-review" hidden={hidden} label="Decline and refund" tone="danger" />
      </div>
    );
  }
  if (!allows(task.status, 'rule_release')) return <p>Nothing waits for a decision here.</p>;
  return (
    <>
      <div class="pair">
        <Act view={view} action="rule-release" hidden={hidden} label="Release to the human" tone="main" />
        <Act view={view} action="rule-refund" hidden={hidden} label="Refund the hirer" tone="danger" />
      </div>
      <Act view={view} action="rule-split" hidden={hidden} label="Split it">
        <TextField
          view={view}
          form={formId('rule-split', hidden)}
          name="percent"
          label="Per cent for the human, the rest for the hirer"
          inputmode="decimal"
          value="50"
        />
      </Act>
    </>
  );
};
