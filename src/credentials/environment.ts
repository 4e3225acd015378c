/** Variables that hold a secret of ours. A process that we start has no need of them. */
const SECRETS = ['AGRENTING_API_KEY', 'AGRENTING_AGENT_KEY', 'HUMANS2AI_API_KEY', 'API_KEY', 'HIREWIRE_PASSPHRASE'];

/** The environment of a process that we start: without our secrets, and without flags that were meant for this one. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = { ...env };
  const ofMounts = Object.keys(env).filter((name) => /^HIREWIRE_MOUNT_.*_KEY$/.test(name));
  for (const name of [...SECRETS, ...ofMounts, 'NODE_OPTIONS']) delete rest[name];
  return rest;
}
