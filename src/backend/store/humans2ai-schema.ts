/** Rows of the Humans2AI side. See schema.ts for the conventions. */

export interface Humans2aiUserRow {
  id: string;
  email: string;
  display_name: string;
  role: 'agent' | 'human' | 'admin';
  /** scrypt hash "salt:hash" in hex; null for accounts that cannot log in. */
  password: string | null;
  suspended: bigint;
  behaviour: string | null;
  created_at: string;
}

export interface Humans2aiTables {
  h2a_users: Humans2aiUserRow;
}
