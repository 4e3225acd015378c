import { cleanLabel, cleanText } from '../../../untrusted.js';

/** Text that a party of the marketplace wrote: cleaned, escaped, and set apart so that nobody takes it for ours. */
export const Foreign = ({ text, max = 5_000 }: { text: string; max?: number }) => (
  <blockquote class="foreign" dir="auto">
    {cleanText(text, max)}
  </blockquote>
);

/** The same for a name or a title inside a line of ours. */
export const Name = ({ text, max = 120 }: { text: string; max?: number }) => (
  <bdi class="name">{shortened(text, max) || 'unnamed'}</bdi>
);

function shortened(text: string, max: number): string {
  const label = cleanLabel(text, max);
  return label === cleanLabel(text, max + 1) ? label : `${label}…`;
}

/** An id, short enough to be compared by eye; whole in its title. */
export const Id = ({ id }: { id: string }) => (
  <code class="id" title={id}>
    {id.length > 14 ? `${id.slice(0, 13)}…` : id}
  </code>
);

export const Empty = ({ children }: { children: string }) => <p class="empty">{children}</p>;

const TONES: Readonly<Record<string, string>> = {
  queued: 'wait',
  pending_review: 'wait',
  in_progress: 'held',
  assigned: 'held',
  submitted: 'held',
  open: 'open',
  completed: 'good',
  failed: 'bad',
  rejected_by_agent: 'bad',
  disputed: 'bad',
  cancelled: 'back',
  refunded: 'back',
  expired: 'back',
};

/** A status in the words of people. */
export const spoken = (status: string): string => status.replaceAll('_', ' ');

/** @param told whether a screen reader says it when it changes: of the one thing that a page is about. */
export const Status = ({ status, told = false }: { status: string; told?: boolean }) => (
  <span class={`status ${TONES[status] ?? 'plain'}`} role={told ? 'status' : undefined}>
    {spoken(status)}
  </span>
);
