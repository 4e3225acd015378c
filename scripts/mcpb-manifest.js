// The manifest of the bundle (MCPB manifest_version 0.3), and what must be true of it.

const KEYS = {
  agrenting_api_key: [
    'AGRENTING_API_KEY',
    'Agrenting: hirer token',
    'Lets the assistant hire agents. Empty: the sandbox, with play money.',
  ],
  agrenting_agent_key: ['AGRENTING_AGENT_KEY', 'Agrenting: key of your own agent', 'Lets your agent be hired.'],
  humans2ai_api_key: ['HUMANS2AI_API_KEY', 'Humans2AI: agent key', 'Lets the assistant hire humans.'],
};
const LIMITS = {
  max_per_call: ['HIREWIRE_MAX_PER_CALL', 'Limit per call', 'Refuse a call above this amount, e.g. "25 USD, 500 A9".'],
  max_per_day: ['HIREWIRE_MAX_PER_DAY', 'Limit per day', 'Refuse what exceeds this in 24 hours.'],
};

/** @param tools the reviewed definitions of the tools */
export function manifestOf({ version, description, license, keywords, engines }, tools, platforms) {
  // An optional field without a default would reach the program as "${user_config.…}".
  const text = ([, title, description], sensitive) => ({
    type: 'string',
    title,
    description,
    required: false,
    default: '',
    ...(sensitive ? { sensitive } : {}),
  });
  const fields = Object.entries({ ...KEYS, ...LIMITS });
  return {
    manifest_version: '0.3',
    name: 'hirewire',
    display_name: 'Hirewire',
    version,
    description,
    author: { name: 'Hirewire contributors' },
    license,
    keywords,
    server: {
      type: 'node',
      entry_point: 'bin/hirewire.js',
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/bin/hirewire.js`],
        env: Object.fromEntries([
          ...fields.map(([field, [variable]]) => [variable, `\${user_config.${field}}`]),
          ['HIREWIRE_READ_ONLY', `\${user_config.read_only}`],
        ]),
      },
    },
    tools: tools.map(({ name, definition }) => ({ name, description: definition.title })),
    compatibility: { platforms, runtimes: { node: engines.node } },
    user_config: {
      ...Object.fromEntries(fields.map(([field, words]) => [field, text(words, field in KEYS)])),
      read_only: {
        type: 'boolean',
        title: 'Only read',
        description: 'Offer no tool that changes anything.',
        required: false,
        default: false,
      },
    },
  };
}

/**
 * @param files the paths in the bundle
 * @throws when a client could not use it, or would not treat a key as one.
 */
export function checkManifest(manifest, files) {
  const wrong = (what) => {
    throw new Error(`The manifest of the bundle is wrong: ${what}.`);
  };
  const { server, user_config: fields } = manifest;
  if (manifest.manifest_version !== '0.3') wrong('manifest_version');
  for (const key of ['name', 'version', 'description']) if (typeof manifest[key] !== 'string') wrong(key);
  if (typeof manifest.author?.name !== 'string') wrong('author.name');
  if (server.type !== 'node' || !files.includes(server.entry_point)) wrong('server.entry_point is not in the bundle');
  for (const arg of server.mcp_config.args) {
    const path = /^\$\{__dirname\}\/(.+)$/.exec(arg)?.[1];
    if (path !== undefined && !files.includes(path)) wrong(`${arg} is not in the bundle`);
  }
  for (const [variable, value] of Object.entries(server.mcp_config.env)) {
    const field = /^\$\{user_config\.(\w+)\}$/.exec(value)?.[1];
    if (field === undefined || !fields[field]) wrong(`${variable} names no field`);
    if (fields[field].default === undefined) wrong(`${field} has no default`);
    if (/_KEY$/.test(variable) !== (fields[field].sensitive === true))
      wrong(`${field} must be sensitive, and keys only`);
  }
  for (const [name, field] of Object.entries(fields)) {
    if (!['string', 'number', 'boolean', 'directory', 'file'].includes(field.type)) wrong(`the type of ${name}`);
    if (!field.title || !field.description) wrong(`the title or description of ${name}`);
  }
  if (!files.some((path) => /^node_modules\/@libsql\/[^/]+\/index\.node$/.test(path))) wrong('no native libsql');
}
