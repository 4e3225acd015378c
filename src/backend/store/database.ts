import { type OpenedDatabase as Opened, openSqlite, type TransactionHooks } from '../../sqlite.js';
import { migrations } from './migrations.js';
import type { Database } from './schema.js';

export type OpenedDatabase = Opened<Database>;

/** Opens the marketplace's database: a file, or ":memory:". */
export const openDatabase = (file: string, hooks?: TransactionHooks): OpenedDatabase =>
  openSqlite<Database>(file, migrations, hooks);
