/** X-MCP-Client-Version (contract notes §1.5): an outdated client is warned; one that says nothing is not. */

const CURRENT = [1, 0, 0] as const;

export function versionWarning(version: string | null): Record<string, string> {
  const match = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:[-+].*)?$/.exec(version ?? '');
  if (!match) return {};
  const parts = match.slice(1).map(Number);
  const at = CURRENT.findIndex((part, index) => part !== parts[index]);
  const outdated = at !== -1 && (parts[at] ?? 0) < (CURRENT[at] ?? 0);
  if (!outdated) return {};
  return {
    'x-mcp-version-warning': `Client version ${parts.join('.')} is outdated; the current version is ${CURRENT.join('.')}.`,
  };
}
