import { closest } from '../config/closest.js';
import type { Settings } from '../config/settings.js';
import { HirewireError } from '../errors.js';

/** Which tools are offered, and how one is found. */

/** What a filter looks at: a tool itself, or its entry in the catalog. */
export interface Listed {
  readonly name: string;
  readonly toolset: string;
  readonly hints: { readonly readOnly: boolean };
}

type Filter = Pick<Settings, 'toolsets' | 'tools' | 'excludeTools' | 'readOnly'>;

/** Read-only wins over everything, exclusion over inclusion. The order is by name, and never varies. */
export function enabledTools<T extends Listed>(all: readonly T[], filter: Filter): T[] {
  return all
    .filter((tool) => !filter.readOnly || tool.hints.readOnly)
    .filter((tool) => !filter.excludeTools.includes(tool.name))
    .filter((tool) =>
      filter.tools.length > 0
        ? filter.tools.includes(tool.name)
        : filter.toolsets.some((toolset) => toolset === tool.toolset),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A tool by its name. @throws {HirewireError} that names the setting to change or the nearest name. */
export function findTool<T extends Listed>(name: string, enabled: readonly T[], all: readonly T[], filter: Filter): T {
  const tool = enabled.find((candidate) => candidate.name === name);
  if (tool) return tool;
  const hidden = all.find((candidate) => candidate.name === name);
  const near = closest(
    name,
    enabled.map((candidate) => candidate.name),
  );
  throw new HirewireError({
    code: hidden ? 'TOOL_NOT_ENABLED' : 'UNKNOWN_TOOL',
    message: hidden
      ? `The tool ${name} is switched off by ${whichSetting(hidden, filter)}.`
      : 'There is no tool of this name.',
    changed: 'no',
    next: hidden
      ? 'Ask the person to change this setting if the tool is needed.'
      : `List the tools.${near ? ` Did you mean ${near}?` : ''}`,
    retrySafe: false,
  });
}

function whichSetting(tool: Listed, filter: Filter): string {
  if (filter.readOnly && !tool.hints.readOnly) return '--read-only';
  if (filter.excludeTools.includes(tool.name)) return '--exclude-tools';
  return filter.tools.length > 0 ? '--tools' : '--toolsets';
}
