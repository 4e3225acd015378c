import type { Env } from '../env.js';
import type { Tx } from '../store/schema.js';

export async function seedHumans2ai(_env: Env, _tx: Tx): Promise<void> {}
