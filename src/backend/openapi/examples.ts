import type { z } from 'zod';
import { asObject } from '../../marketplaces/envelope.js';
import type { Schema } from './types.js';

/** Makes example values for requests, such as a reader can paste. */
export class Examples {
  constructor(
    private readonly named: Readonly<Record<string, Schema>>,
    /** The time by which examples of times to come are chosen; milliseconds. */
    private readonly now: number,
  ) {}

  /** An example that `parser` takes: the required members, or those and one more, or all of them. */
  accepted(schema: Schema, parser: z.ZodType): unknown {
    const brief = this.of(schema, '', false);
    const all = this.of(schema, '', true);
    const more = Object.entries(asObject(all) ?? {}).map(([name, value]) => ({ ...asObject(brief), [name]: value }));
    return [brief, ...more].find((example) => parser.safeParse(example).success) ?? all;
  }

  /** An example of what is called `name`. */
  of(schema: Schema, name: string, all = false): unknown {
    const { $ref, anyOf, oneOf, type, properties, required, items } = schema;
    if ($ref !== undefined) return this.of(this.named[$ref.split('/').at(-1) ?? ''] ?? {}, name, all);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return schema.enum.find((value) => value === BY_NAME[name]) ?? schema.enum[0];
    const choice = (anyOf ?? oneOf)?.[0];
    if (typeof choice === 'object') return this.of(choice, name, all);
    if (type === 'object') {
      if (!properties && name === 'params') return PARAMS;
      const members = Object.entries(properties ?? {}).filter(([key]) => all || required?.includes(key));
      return Object.fromEntries(
        members.map(([key, member]) => [key, this.of(typeof member === 'object' ? member : {}, key, all)]),
      );
    }
    if (type === 'array') {
      return typeof items === 'object' && !Array.isArray(items) ? [this.of(items, singular(name), all)] : [];
    }
    if (type === 'integer' || type === 'number') return numberFor(schema, name);
    if (type === 'boolean') return true;
    return type === 'string' ? this.text(schema, name) : {};
  }

  private text(schema: Schema, name: string): string {
    if (schema.format === 'date-time')
      return `${new Date(this.now + 30 * DAY_MS).toISOString().slice(0, 10)}T12:00:00Z`;
    const { minLength = 0, maxLength = 200 } = schema;
    const plain = `example ${name
      .replace(/_|(?=[A-Z])/g, ' ')
      .trim()
      .toLowerCase()} `;
    const filled = plain
      .repeat(Math.max(1, Math.ceil(minLength / plain.length)))
      .trim()
      .slice(0, maxLength);
    return [BY_NAME[name], ...CANDIDATES, filled].find((text) => text !== undefined && fits(text, schema)) ?? filled;
  }
}

const singular = (name: string) => name.replace(/ies$/, 'y').replace(/s$/, '');

const DAY_MS = 86_400_000;

const BY_NAME: Readonly<Record<string, string>> = {
  email: 'you@example.com',
  password: 'example-passw0rd',
  title: 'Photograph the shop front',
  description: 'Three photographs of the shop front in daylight.',
  task_description: 'Summarize the attached article in five sentences.',
  capability: 'summarize',
  capability_requested: 'summarize',
  category: 'photography',
  content: 'Hello.',
  output: 'The finished text.',
  reason: 'The photograph shows another building; please take it once more from the street.',
  uri: 'db://users',
  taskId: 'task_a1b2c3d4',
  humanId: 'user_a1b2c3d4',
  token: 'ghp_example',
  tool: 'cancel_task',
};

/** What a confirmation token is asked for: the arguments of the tool above. */
const PARAMS = { taskId: 'task_a1b2c3d4' };

/** Values that many contracts ask for; which one fits is decided by the format or pattern of the field. */
const CANDIDATES: readonly string[] = [
  '25.00',
  'did:agrenting:swift',
  'a1b2c3d4',
  '0d3a0000-0000-4000-8000-000000000002',
  'https://example.com/hook',
  'ZXhhbXBsZQ==',
  'task.completed',
  'text/plain',
];

/** A candidate is only taken for a field that has a form of its own: any text would fit the others. */
function fits(text: string, { format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: Schema): boolean {
  if (text.length < minLength || text.length > maxLength) return false;
  if (format === 'uri') return URL.canParse(text) && text.includes('://');
  if (pattern !== undefined) return new RegExp(pattern).test(text);
  return !CANDIDATES.includes(text);
}

function numberFor({ minimum = 1, maximum = Number.POSITIVE_INFINITY }: Schema, name: string): number {
  return Math.min(Math.max(name === 'budget' ? 150 : 1, minimum), maximum);
}
