import { createHash } from 'node:crypto';

/** Names as every host takes them, and no two alike: [A-Za-z0-9_-], 64 characters at most. */

export const MAX_NAME = 64;

export interface Offered {
  readonly mount: string;
  /** What its server calls it. */
  readonly name: string;
  /** Whether it is always called NAME_name. */
  readonly prefix: boolean;
}

/**
 * How each is called beside ours: its own name where nothing else has it, else NAME_name. When two servers have it,
 * neither keeps it: what a name means must not depend on which of them is there.
 * @param reserved names that are ours, whether or not they are switched on.
 * @returns in the order of `offered`.
 */
export function exposedNames(offered: readonly Offered[], reserved: ReadonlySet<string>): string[] {
  const count = new Map<string, number>();
  for (const { name } of offered) count.set(safe(name), (count.get(safe(name)) ?? 0) + 1);
  const wanted = offered.map(({ mount, name, prefix }) => {
    const bare = safe(name);
    return prefix || reserved.has(bare) || (count.get(bare) ?? 0) > 1 ? safe(`${mount}_${name}`) : bare;
  });
  const taken = new Map<string, number>();
  for (const name of wanted) taken.set(name, (taken.get(name) ?? 0) + 1);
  return wanted.map((name, index) => {
    if ((taken.get(name) ?? 0) === 1 && !reserved.has(name)) return name;
    const { mount = '', name: own = '' } = offered[index] ?? {};
    return marked(`${mount}_${own}`);
  });
}

/** The name itself if it is one already. Another one could become the same as its neighbour, and so it is marked. */
function safe(name: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(name) ? name : marked(name);
}

function marked(name: string): string {
  const mark = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return `${name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, MAX_NAME - mark.length - 1)}_${mark}`;
}
