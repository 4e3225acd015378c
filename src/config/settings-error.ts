/** A setting that cannot be used. The message says which, why, and what to write instead. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}
