import { createHash } from 'node:crypto';
import type { Sticky } from '../config/resolved.ts';
import { valueAt } from '../config/query.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';
import type { Member } from './member.ts';

/**
 * Ties callers to members by rendezvous hashing: each member draws a lot that depends on the caller and on what the member is, not on its
 * place, and the lowest one gets the caller. A member is its name, if it has one, so that its keys may change. Nothing is stored, all
 * processes agree, and a member that is added or removed takes or leaves only its own share of the callers.
 */
export class Ties<M extends Member> {
  readonly #members: readonly M[];
  readonly #identities: readonly string[];

  constructor(members: readonly M[]) {
    this.#members = members;
    this.#identities = distinct(members.map(({ name, identity }) => name ?? identity));
  }

  /** The members in a caller's order: its own first, then its stand-ins. */
  order(tie: string): readonly M[] {
    const lots = new Map(this.#members.map((member, i) => [member, -Math.log(fraction(`${tie}\n${this.#identities[i] ?? ''}`)) / member.weight]));
    return this.#members.toSorted((a, b) => (lots.get(a) as number) - (lots.get(b) as number));
  }
}

/** Identical members need different lots, or the first would get the callers of all. */
function distinct(identities: readonly string[]): readonly string[] {
  return identities.map((identity, i) => `${identity}\n${identities.slice(0, i).filter((other) => other === identity).length}`);
}

/** A number in [0, 1) that looks random and is always the same for a text. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

interface Caller {
  /** The caller's key; undefined where it has sent none. */
  readonly key: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What ties a call: the caller's key and the fields that the config names; undefined where the call has nothing to go by. */
export function tieOf(call: Call, { hashFields, ttl }: Sticky, { key, now }: Caller): string | undefined {
  const fields = hashFields.flatMap((field) => {
    const value = fieldOf(call, field);
    return value === undefined || value === null ? [] : [`${field}:${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  if (hashFields.length === 0 ? key === undefined : fields.length === 0) return undefined;
  const tie = [key ?? '', ...fields].join('\n');
  // Every caller's time begins elsewhere, so that they are not all tied anew at once.
  return ttl === undefined ? tie : `${tie}\n${Math.floor(now / ttl + fraction(tie))}`;
}

function fieldOf(call: Call, field: string): Json | undefined {
  const dot = field.indexOf('.');
  const name = field.slice(dot + 1);
  return ROOTS[field.slice(0, dot)]?.(call, name);
}

const ROOTS: Readonly<Record<string, (call: Call, name: string) => Json | undefined>> = {
  headers: ({ headers }, name) => headers[name.toLowerCase()],
  metadata: ({ metadata }, name) => valueAt(metadata, name),
  params: ({ json = NOTHING }, name) => valueAt(json, name),
};
const NOTHING: JsonObject = {};
