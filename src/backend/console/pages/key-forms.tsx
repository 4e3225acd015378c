import type { Child } from 'hono/jsx';
import { PRESETS } from '../../../marketplaces/agrenting/contract/api-keys.js';
import { PERMISSIONS } from '../../../marketplaces/humans2ai/contract/api-keys.js';
import type { CredentialRow } from '../../store/schema.js';
import type { ActionName } from '../actions/index.js';
import { Act, CheckBoxes, Choice, formId, TextArea, TextField } from '../parts/form.js';
import type { MarketplaceName } from '../roles.js';
import type { View } from '../view.js';

/** What can be done with a key that is good. */
export const KeyActions = ({
  view,
  marketplace,
  row,
}: {
  view: View;
  marketplace: MarketplaceName;
  row: CredentialRow;
}) => {
  const hidden = { id: row.id };
  if (marketplace === 'agrenting') {
    return (
      <>
        <Act view={view} action="rotate-user-key" hidden={hidden} label="Rotate" />
        <Act view={view} action="revoke-user-key" hidden={hidden} label="Revoke" tone="danger" />
        <Act
          view={view}
          action="revoke-agent-key"
          hidden={{ id: row.account, credential: row.id }}
          label="Revoke"
          tone="danger"
        />
      </>
    );
  }
  return (
    <>
      {row.scopes === '*' ? '' : <Act view={view} action="upgrade-key" hidden={hidden} label="Allow everything" />}
      <Act view={view} action="rotate-key" hidden={hidden} label="Rotate" />
      <Act view={view} action="revoke-key" hidden={hidden} label="Revoke" tone="danger" />
    </>
  );
};

/** The form for another key of this role, where it can have one. */
export const NewKey = ({ view, marketplace }: { view: View; marketplace: MarketplaceName }) => {
  if (marketplace === 'humans2ai') return <TaskKey view={view} />;
  const { account } = view.role.seats.agrenting ?? {};
  if (view.role.name === 'hirer') return <UserKey view={view} />;
  if (view.role.name !== 'agent' || account === undefined) return null;
  return (
    <Act view={view} action="create-agent-key" hidden={{ id: account }} label="Make another key and show it once" />
  );
};

const UserKey = ({ view }: { view: View }) => {
  const form = formId('create-user-key');
  const common = { view, form };
  return (
    <Folded view={view} action="create-user-key">
      <TextField {...common} name="name" label="Name" value="My assistant" />
      <Choice
        {...common}
        name="preset"
        label="Preset"
        options={Object.keys(PRESETS)}
        hint={`guided: ${PRESETS.guided.join(', ')}; paperclip: ${PRESETS.paperclip.join(', ')}; owner: ${PRESETS.owner.join(', ')}.`}
      />
      <TextField
        {...common}
        name="max_price"
        label="At most per hire, in USD"
        inputmode="decimal"
        required={false}
        hint="Empty: no cap. 0.00: free hires only."
      />
      <Where {...common} />
    </Folded>
  );
};

const TaskKey = ({ view }: { view: View }) => {
  const common = { view, form: formId('create-key') };
  return (
    <Folded view={view} action="create-key">
      <TextField {...common} name="name" label="Name" value="My assistant" />
      <CheckBoxes {...common} legend="It may" names={PERMISSIONS} />
      <Where {...common} />
    </Folded>
  );
};

/** From where and until when. */
const Where = (common: { view: View; form: string }) => (
  <>
    <TextArea
      {...common}
      name="allowed_ips"
      label="Only from these addresses"
      hint="IPv4 or IPv6, single or CIDR, one a line. Empty: from anywhere."
      required={false}
      rows={2}
    />
    <TextField {...common} name="expires" label="Good until, UTC" type="datetime-local" required={false} />
  </>
);

const Folded = ({ view, action, children }: { view: View; action: ActionName; children: Child }) => (
  <details open={view.failed?.form === formId(action)}>
    <summary>Make a key</summary>
    <Act view={view} action={action} label="Make the key and show it once" tone="main">
      {children}
    </Act>
  </details>
);
