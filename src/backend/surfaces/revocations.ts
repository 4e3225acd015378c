import type { Env } from '../env.js';

/** A stream that was opened with a credential ends when the credential is revoked. */
export function registerRevocations(env: Env): void {
  env.events.on('credentials.revoked', async (tx, { id: account }) => {
    const sessions = [...env.sessions.of('agent', account), ...env.sessions.of('hirer', account)];
    if (sessions.length === 0) return;
    const ids = [...new Set(sessions.map(({ facts }) => facts.credentialId))];
    const rows = await tx
      .selectFrom('credentials')
      .select('id')
      .where('id', 'in', ids)
      .where('revoked_at', 'is not', null)
      .execute();
    const revoked = new Set(rows.map((row) => row.id));
    env.events.afterCommit(tx, () => {
      for (const session of sessions) if (revoked.has(session.facts.credentialId)) env.sessions.close(session);
    });
  });
}
