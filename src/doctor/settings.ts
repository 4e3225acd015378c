import { existsSync } from 'node:fs';
import { configFile } from '../config/paths.js';
import { check, fail, pass, skip } from './finding.js';

export const settingsCheck = check('settings', ({ settings, machine }) => {
  const file = configFile(machine.env);
  if (settings instanceof Error) return [fail(settings.message, `Correct it; the settings file is ${file}`)];
  const source = existsSync(file)
    ? pass(`settings file ${file} is valid`)
    : skip(`no settings file (${file}); it is optional`);
  const use = settings.sandbox
    ? pass('no credential is configured, so the built-in sandbox is used')
    : pass(`Agrenting at ${settings.agrenting.url.origin}, Humans2AI at ${settings.humans2ai.url.origin}`);
  return [source, use];
});
