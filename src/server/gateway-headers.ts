import type { RouteTaken } from '../errors.ts';
import type { CacheNote, Notes } from '../pipeline/notes.ts';
import type { Call } from '../pipeline/step.ts';
import type { Stopwatch } from '../pipeline/stopwatch.ts';

/** What of a call its headers are made of. */
export type Identified = Pick<Call, 'id' | 'traceId' | 'attempts' | 'notes'>;

/** The gateway's own response headers (flat pairs), under both prefixes where Portkey has them. */
export function gatewayHeaders(call: Identified, route: RouteTaken | undefined): string[] {
  const headers = ['x-sluice-request-id', call.id, 'x-portkey-trace-id', call.traceId, 'x-sluice-trace-id', call.traceId];
  headers.push('x-sluice-attempts', call.attempts.tell(), ...timing(call.attempts.watch));
  if (call.notes.limits !== undefined) headers.push(...call.notes.limits);
  if (route === undefined) return headers;
  const retries = String(route.retries);
  headers.push('x-portkey-last-used-option-index', route.path, 'x-sluice-last-used-option-index', route.path);
  headers.push('x-portkey-retry-attempt-count', retries, 'x-sluice-retry-attempt-count', retries);
  headers.push(...caching(call.notes.cache), ...costing(call.notes));
  headers.push('x-portkey-provider', route.provider, 'x-sluice-provider', route.provider);
  if (route.dropped.length > 0) headers.push('x-sluice-dropped-params', memberList(route.dropped));
  return headers;
}

const NO_CACHE: CacheNote = { status: 'DISABLED' };

/** What the cache did. */
function caching({ status, key, age, similarity, entry }: CacheNote = NO_CACHE): string[] {
  const headers = ['x-portkey-cache-status', status, 'x-sluice-cache-status', status];
  if (key !== undefined) headers.push('x-sluice-cache-key', key);
  if (age !== undefined) headers.push('age', String(age));
  if (similarity !== undefined) headers.push('x-sluice-cache-similarity', similarity.toFixed(4));
  if (entry !== undefined) headers.push('x-sluice-cache-entry', entry);
  return headers;
}

/** What the answer cost, where that is known before it is written, and what the cache spared. */
function costing({ cost, cache }: Notes): string[] {
  const saved = cache?.saved === undefined ? [] : ['x-sluice-cost-saved', spellUsd(cache.saved)];
  const total = cost?.total ?? undefined;
  return total === undefined ? saved : ['x-sluice-cost', spellUsd(total), ...saved];
}

/** An amount of USD as a plain decimal, to a billionth. */
export function spellUsd(amount: number): string {
  return amount.toFixed(9).replace(/\.?0+$/, '');
}

/** How long the call took the gateway itself, and how long it waited for others, until now. */
function timing({ own, waited }: Stopwatch): string[] {
  const overhead = String(Math.round(own * 1000) / 1000);
  return ['x-sluice-overhead-ms', overhead, 'server-timing', `gateway;dur=${overhead}, upstream;dur=${Math.round(waited * 10) / 10}`];
}

/** Characters of a list of members: clients and proxies take heads of 8 KB and more. */
const LONGEST = 2_000;

/** Names of members as a comma list; `+12` at its end stands for 12 further ones. */
export function memberList(names: readonly string[]): string {
  let list = '';
  for (const [i, name] of names.entries()) {
    if (list.length > LONGEST) return `${list},+${names.length - i}`;
    list += (i === 0 ? '' : ',') + headerSafe(name);
  }
  return list;
}

/** The names come from the request's body; only what a header may hold is shown. */
function headerSafe(name: string): string {
  return name.replace(/[^\x21-\x2b\x2d-\x7e]/g, '?').slice(0, 100);
}
