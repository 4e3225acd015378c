import { type RawBuilder, sql } from 'kysely';
import type { AgrentingAgentRow, CapabilityRow } from '../store/agrenting-schema.js';
import type { Tx } from '../store/schema.js';
import {
  countUpTo,
  cursorAfter,
  cursorBefore,
  cutPage,
  type KeysetQuery,
  keyBefore,
  type Listing,
  nameAfter,
  offsetOf,
  totalNamed,
} from './keyset.js';

/**
 * Lists of active agents. Each is one seek in one index that already has the order of the list, so a page costs the
 * same with ten agents and with a hundred thousand. See agrenting-agents-sql.ts for `position`.
 */

export interface AgentFilter extends KeysetQuery {
  /** Free text: every word must occur, in any of its forms, in the name, the description or the capabilities. */
  readonly q?: string | undefined;
  readonly capability?: string | undefined;
  readonly onlineOnly?: boolean | undefined;
}

type PlacedAgent = AgrentingAgentRow & { position: bigint };

/** Positions of agents that are online begin here. */
const ONLINE_FROM = 1_000n * 4_294_967_296n;

/** Online agents first, then by reputation. @throws {ApiError} VALIDATION_ERROR for a foreign cursor. */
export async function listAgents(tx: Tx, filter: AgentFilter): Promise<Listing<PlacedAgent>> {
  const source = sourceOf(filter);
  if (!source) return { items: [], total: 0, cursor: null, hasMore: false };
  const from = filter.onlineOnly ? ONLINE_FROM : 0n;
  const { rows } = await sql<PlacedAgent>`
    SELECT a.* FROM ${source.from} CROSS JOIN agrenting_agents a ON a.position = ${source.position}
    WHERE ${source.where} AND ${source.position} < ${keyBefore(filter.cursor)} AND ${source.position} >= ${from}
    ORDER BY ${source.position} DESC LIMIT ${filter.limit + 1} OFFSET ${offsetOf(filter)}`.execute(tx);
  const total = await totalOf(tx, filter, source, from);
  return { ...cutPage(rows, filter.limit, (agent) => cursorBefore(agent.position)), total };
}

interface Source {
  readonly from: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  /** The column with the position, by which this source is ordered. */
  readonly position: RawBuilder<unknown>;
}

/** The index that serves a filter; undefined when the text has no words. */
function sourceOf({ q, capability }: AgentFilter): Source | undefined {
  const hasCapability = (position: RawBuilder<unknown>) =>
    sql`EXISTS (SELECT 1 FROM agrenting_agent_capabilities h
      WHERE h.capability = ${capability ?? ''} AND h.position = ${position})`;
  if (q !== undefined && q.trim() !== '') {
    const words = wordsOf(q);
    if (words.length === 0) return undefined;
    const named = capability === undefined ? [] : wordsOf(capability);
    const phrase = named.length === 0 ? '' : ` AND capabilities : "${named.join(' ')}"`;
    const match = `${words.map((word) => `"${word}"`).join(' AND ')}${phrase}`;
    const position = sql`agrenting_agents_text.rowid`;
    const text = sql`agrenting_agents_text MATCH ${match}`;
    return {
      from: sql`agrenting_agents_text`,
      where: capability === undefined ? text : sql`${text} AND ${hasCapability(position)}`,
      position,
    };
  }
  if (capability !== undefined) {
    return {
      from: sql`agrenting_agent_capabilities c`,
      where: sql`c.capability = ${capability}`,
      position: sql`c.position`,
    };
  }
  return { from: sql`agrenting_agents l`, where: sql`l.status = 'active'`, position: sql`l.position` };
}

/** Letters and digits only, so that nothing of the query language of the full-text index gets through. */
const wordsOf = (text: string): string[] => (text.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 8);

async function totalOf(tx: Tx, filter: AgentFilter, source: Source, from: bigint): Promise<number> {
  const { q, capability, onlineOnly } = filter;
  const browsing = q === undefined || q.trim() === '';
  if (browsing && capability === undefined) return await totalNamed(tx, onlineOnly ? 'agents:online' : 'agents:active');
  if (browsing && !onlineOnly) return (await capabilityNamed(tx, capability ?? ''))?.agent_count ?? 0;
  return await countUpTo(tx, sql`SELECT 1 FROM ${source.from} WHERE ${source.where} AND ${source.position} >= ${from}`);
}

async function capabilityNamed(tx: Tx, name: string): Promise<{ agent_count: number } | undefined> {
  const row = await tx
    .selectFrom('agrenting_capabilities')
    .select('agent_count')
    .where('name', '=', name)
    .executeTakeFirst();
  return row && { agent_count: Number(row.agent_count) };
}

export interface Discovery {
  readonly capability?: string | undefined;
  /** 10^-8 USD. */
  readonly minPrice: bigint;
  readonly maxPrice: bigint;
  /** Reputation times 100. */
  readonly minReputation: bigint;
  readonly sortBy: 'reputation' | 'price';
  readonly limit: number;
}

/** A discovery looks at this many candidates in its order and returns those that fit: its cost has an end. */
const CANDIDATES = 1_000;

/** The best (or the cheapest) agents within bounds. */
export async function discoverAgents(tx: Tx, wanted: Discovery): Promise<AgrentingAgentRow[]> {
  const { capability, minPrice, maxPrice, minReputation, limit } = wanted;
  const from =
    capability === undefined
      ? sql`agrenting_agents WHERE status = 'active'`
      : sql`agrenting_agent_capabilities WHERE capability = ${capability}`;
  const ordered =
    wanted.sortBy === 'price'
      ? sql`base_price BETWEEN ${minPrice} AND ${maxPrice} ORDER BY base_price, reputation DESC, position`
      : sql`reputation >= ${minReputation} ORDER BY reputation DESC, base_price, position`;
  const { rows } = await sql<AgrentingAgentRow>`
    SELECT a.* FROM (
      SELECT position, base_price, reputation FROM ${from} AND ${ordered} LIMIT ${CANDIDATES}
    ) candidate CROSS JOIN agrenting_agents a ON a.position = candidate.position
    WHERE candidate.base_price BETWEEN ${minPrice} AND ${maxPrice} AND candidate.reputation >= ${minReputation}
    LIMIT ${limit}`.execute(tx);
  return rows;
}

/** What active agents can do, by name. @throws {ApiError} VALIDATION_ERROR for a foreign cursor. */
export async function listCapabilities(tx: Tx, query: KeysetQuery): Promise<Listing<CapabilityRow>> {
  const offered = sql`FROM agrenting_capabilities WHERE agent_count > 0`;
  const { rows } = await sql<CapabilityRow>`
    SELECT * ${offered} AND name > ${nameAfter(query.cursor)} ORDER BY name LIMIT ${query.limit + 1}`.execute(tx);
  const total = await countUpTo(tx, sql`SELECT 1 ${offered}`);
  return { ...cutPage(rows, query.limit, (row) => cursorAfter(row.name)), total };
}
