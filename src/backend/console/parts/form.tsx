import { randomUUID } from 'node:crypto';
import type { Child } from 'hono/jsx';
import { type ActionName, actionOf } from '../actions/index.js';
import type { View } from '../view.js';

/**
 * A form that performs an action. Where the visitor plays another role it says who could do it, so that whoever looks
 * on learns how the story goes on.
 */
export function Act({
  view,
  action,
  hidden,
  label,
  tone = 'plain',
  children,
}: {
  view: View;
  action: ActionName;
  /** What the action is about: parameters of its path. */
  hidden?: Readonly<Record<string, string>>;
  label: string;
  tone?: 'plain' | 'main' | 'danger';
  children?: Child;
}) {
  if (!actionOf(action).roles.includes(view.role.name)) return null;
  const id = formId(action, hidden);
  const failed = view.failed?.form === id ? view.failed : undefined;
  return (
    <form id={id} method="post" action={`/console/do/${action}`} class="act">
      <Hidden view={view} fields={{ ...hidden, form: id, key: randomUUID() }} />
      {failed ? <Refused failed={failed} /> : ''}
      {children}
      <button type="submit" class={tone}>
        {label}
      </button>
    </form>
  );
}

const Refused = ({ failed }: { failed: NonNullable<View['failed']> }) => (
  <div class="refused" role="alert">
    <p>{failed.message}</p>
    {failed.problems.length > 0 ? (
      <ul>
        {failed.problems.map((problem) => (
          <li>{problem}</li>
        ))}
      </ul>
    ) : (
      ''
    )}
  </div>
);

export const Hidden = ({ view, fields }: { view: View; fields: Readonly<Record<string, string>> }) => (
  <>
    {Object.entries({ csrf: view.csrf, back: view.path, ...fields }).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
  </>
);

/** The name of a form on its page: the action and what it is about. */
export const formId = (action: string, hidden: Readonly<Record<string, string>> = {}): string =>
  [action, ...Object.values(hidden)].join('-').replace(/[^\w-]/g, '-');

interface FieldProps {
  view: View;
  /** The form that the field belongs to: what was typed there comes back after a refusal. */
  form: string;
  name: string;
  label: string;
  hint?: string;
  value?: string;
}

const typed = ({ view, form, name, value }: FieldProps): string =>
  (view.failed?.form === form ? view.failed.typed[name] : undefined) ?? value ?? '';

const Labelled = ({
  id,
  label,
  hint,
  children,
}: {
  id: string;
  label: string;
  hint: string | undefined;
  children: Child;
}) => (
  <div class="field">
    <label for={id}>{label}</label>
    {children}
    {hint ? (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    ) : (
      ''
    )}
  </div>
);

const described = (id: string, hint: string | undefined) => (hint ? { 'aria-describedby': `${id}-hint` } : {});

export function TextField(props: FieldProps & { type?: string; required?: boolean; inputmode?: 'decimal' }) {
  const { form, name, label, hint, type = 'text', required = true, inputmode } = props;
  const id = `${form}--${name}`;
  return (
    <Labelled id={id} label={label} hint={hint}>
      <input
        id={id}
        name={name}
        type={type}
        value={typed(props)}
        required={required}
        inputmode={inputmode}
        autocomplete="off"
        {...described(id, hint)}
      />
    </Labelled>
  );
}

export function TextArea(props: FieldProps & { rows?: number; required?: boolean; minlength?: number }) {
  const { form, name, label, hint, rows = 3, required = true, minlength } = props;
  const id = `${form}--${name}`;
  return (
    <Labelled id={id} label={label} hint={hint}>
      <textarea id={id} name={name} rows={rows} required={required} minlength={minlength} {...described(id, hint)}>
        {typed(props)}
      </textarea>
    </Labelled>
  );
}

export function Choice(props: FieldProps & { options: readonly string[] }) {
  const { form, name, label, hint, options } = props;
  const id = `${form}--${name}`;
  const chosen = typed(props);
  return (
    <Labelled id={id} label={label} hint={hint}>
      <select id={id} name={name} {...described(id, hint)}>
        {options.map((option) => (
          <option value={option} selected={option === chosen}>
            {option.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Several of a few names; those that are checked arrive as lines. */
export function CheckBoxes(props: Omit<FieldProps, 'label' | 'name'> & { legend: string; names: readonly string[] }) {
  const { view, form, legend, names } = props;
  const failed = view.failed?.form === form ? view.failed : undefined;
  const chosen = failed ? (failed.typed[BOXES] ?? '').split('\n') : names;
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      {names.map((name) => (
        <label class="box">
          <input type="checkbox" name={BOXES} value={name} checked={chosen.includes(name)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}

/** The field of all check boxes of a form. */
export const BOXES = 'chosen';
