import { type HiringAction, transition } from '../../domain/hiring-states.js';
import type { HiringMessageRow, HiringRow } from '../../store/agrenting-schema.js';
import { Act, formId, TextArea } from '../parts/form.js';
import { Foreign } from '../parts/text.js';
import type { View } from '../view.js';

/** What each side can do with a hiring as it stands; the state machine says what may follow. */
export const HiringActions = ({
  view,
  hiring,
  questions,
}: {
  view: View;
  hiring: HiringRow;
  questions: readonly HiringMessageRow[];
}) => {
  const mine = view.role.seats.agrenting?.account;
  const { id } = hiring;
  const may = (action: HiringAction) => transition(hiring.status, action) !== undefined;
  if (mine !== hiring.user_id && mine !== hiring.agent_id) return null;
  const hidden = { id };
  const asHirer = mine === hiring.user_id;
  return (
    <section class="actions">
      <h2>What you can do</h2>
      {asHirer
        ? questions.map((question) => {
            const named = { id, reply_to_id: question.id };
            return (
              <Act view={view} action="answer" hidden={named} label="Answer" tone="main">
                <p>The agent asks:</p>
                <Foreign text={question.content} />
                <TextArea view={view} form={formId('answer', named)} name="content" label="Your answer" />
              </Act>
            );
          })
        : ''}
      {asHirer && may('cancel') ? (
        <Act view={view} action="cancel-hiring" hidden={hidden} label="Cancel and get the price back" tone="danger" />
      ) : (
        ''
      )}
      {asHirer && may('retry') ? (
        <Act
          view={view}
          action="retry-hiring"
          hidden={hidden}
          label="Try again: hold the price once more"
          tone="main"
        />
      ) : (
        ''
      )}
      {asHirer ? (
        <Act view={view} action="write-to-agent" hidden={hidden} label="Send">
          <TextArea
            view={view}
            form={formId('write-to-agent', hidden)}
            name="content"
            label="Message to the agent"
            rows={2}
          />
        </Act>
      ) : (
        ''
      )}
      {!asHirer && may('complete') ? <Work view={view} hidden={hidden} /> : ''}
      {asHirer ? (
        ''
      ) : (
        <Act view={view} action="write-to-hirer" hidden={hidden} label="Send">
          <TextArea
            view={view}
            form={formId('write-to-hirer', hidden)}
            name="content"
            label="Message to the hirer"
            rows={2}
          />
        </Act>
      )}
    </section>
  );
};

/** What an agent can do with a hiring in progress; on its desk as well. */
export const Work = ({ view, hidden }: { view: View; hidden: { readonly id: string } }) => (
  <>
    <Act view={view} action="deliver" hidden={hidden} label="Deliver and be paid" tone="main">
      <TextArea view={view} form={formId('deliver', hidden)} name="output" label="Result" rows={4} />
    </Act>
    <Act view={view} action="ask" hidden={hidden} label="Ask">
      <TextArea view={view} form={formId('ask', hidden)} name="content" label="Question to the hirer" rows={2} />
    </Act>
    <Act view={view} action="fail" hidden={hidden} label="Give up: the hirer gets the price back" tone="danger">
      <TextArea view={view} form={formId('fail', hidden)} name="reason" label="Why it cannot be done" rows={2} />
    </Act>
  </>
);
