import { hash } from 'node:crypto';
import { canonicalJson, canonicalWithout } from '../cache/canonical.ts';
import type { Place } from '../cache/entry.ts';
import type { CachePolicy, ResolvedConfig } from '../config/resolved.ts';
import type { JsonObject } from '../ir/json.ts';
import type { CacheIdentity } from './cache.ts';
import { ownHeader } from './own-header.ts';
import type { Call } from './step.ts';
import { tenantOf } from './tenant.ts';

/** What a request asks of the cache. */
export interface CacheRequest {
  readonly place: Place;
  readonly key: string;
  /** Seconds that an answer is kept. */
  readonly maxAge: number;
  /** Seconds that an answer may be old to be taken; undefined: as old as it is kept. */
  readonly freshness: number | undefined;
  /** What is in the cache is not taken, but replaced. */
  readonly isRefreshed: boolean;
  /** What the request says of its stream. */
  readonly variant: string;
}

/** Seconds: 7 days, and 90. */
const DEFAULT_AGE = 604_800;
const MAX_AGE = 7_776_000;

/** Members that say how an answer is delivered, and make no other one. */
export const DELIVERY: ReadonlySet<string> = new Set(['stream', 'stream_options']);

/** Requests of no shared meaning that ask for an answer and change nothing. */
const ANSWERS = /\/(?:rerank|moderations|images\/generations|classify)$/;

/** Headers of a pass-through that speak of the connection, the client or the trace, and not of the request. */
const ASIDE =
  /^(?:accept-encoding|accept-language|baggage|cache-control|connection|content-length|date|dnt|host|idempotency-key|keep-alive|origin|priority|pragma|referer|traceparent|tracestate|user-agent|x-(?:amzn-trace-id|b3-.*|cloud-trace-context|client-request-id|correlation-id|datadog-.*|forwarded-.*|real-ip|request-id|stainless-.*|portkey-.*|sluice-.*)|sec-.*|sentry-trace)$/;

/** What a call asks of a cache in front of a node; undefined: nothing, because its answer is nobody else's, or may not be kept. */
export function cacheRequestOf(call: Call, policy: CachePolicy, identity: CacheIdentity): CacheRequest | undefined {
  const control = directivesOf(call.headers['cache-control']);
  if (call.json === undefined || control.has('no-store') || isUnwanted(call) || !isRepeatable(call, call.json)) return undefined;
  const seconds = secondsOf(control.get('max-age'));
  const place = { workspace: call.notes.caller?.workspace ?? '', namespace: ownHeader(call, 'cache-namespace') ?? '' };
  return {
    place,
    key: keyOf(call, call.json, { place, identity }),
    maxAge: Math.min(policy.maxAge ?? seconds ?? DEFAULT_AGE, MAX_AGE),
    freshness: seconds,
    isRefreshed: isAsked(ownHeader(call, 'cache-force-refresh')) || control.has('no-cache'),
    variant: canonicalJson(call.json['stream_options']),
  };
}

function isUnwanted(call: Call): boolean {
  return isFalse(ownHeader(call, 'debug')) || isFalse(ownHeader(call, 'cache'));
}

/** The policy of a request that asks for the cache itself, where its config does not. */
function policyInHeaders(call: Call): CachePolicy | undefined {
  const asked = ownHeader(call, 'cache');
  if (asked === undefined) return undefined;
  return asked === 'semantic' ? SEMANTIC : asked === 'simple' || asked.toLowerCase() === 'true' ? SIMPLE : undefined;
}

const SIMPLE: CachePolicy = { mode: 'simple', maxAge: undefined, pace: undefined, threshold: 0.95, maxMessages: 4, embedding: undefined };
const SEMANTIC: CachePolicy = { ...SIMPLE, mode: 'semantic' };

/** Answers that are kept by the host, or made in the background, are more than their text. */
function isRepeatable({ endpoint, method, upload }: Call, json: JsonObject): boolean {
  if (method !== 'POST' || upload !== undefined) return false;
  if (endpoint.kind === 'passthrough') return ANSWERS.test(endpoint.path);
  return endpoint.kind !== 'models' && json['store'] !== true && json['background'] !== true;
}

interface Partition {
  readonly place: Place;
  readonly identity: CacheIdentity;
}

/** Everything that an answer depends on, and everyone that it may be shown to. */
function keyOf(call: Call, json: JsonObject, partition: Partition): string {
  return hash('sha256', partitionOf(call, partition) + canonicalWithout(json, DELIVERY));
}

/** The same for all requests that may share answers, but for their bodies. */
export function partitionOf(call: Call, { place, identity }: Partition): string {
  const headers = headersOf(call, identity);
  return JSON.stringify([
    place.workspace,
    tenantOf(call),
    place.namespace === '' ? canonicalJson(call.metadata) : place.namespace,
    place.namespace === '',
    identity.digest,
    ...addressOf(call),
    headers,
  ]);
}

function headersOf({ endpoint, headers }: Call, identity: CacheIdentity): readonly (string | undefined)[] {
  if (endpoint.kind !== 'passthrough') return identity.headers.map((name) => headers[name]);
  const names = Object.keys(headers).filter((name) => !ASIDE.test(name));
  return names.sort().flatMap((name) => [name, headers[name]]);
}

/** What is asked for: streams have addresses of their own in some dialects. */
function addressOf({ endpoint, method, pathname, url }: Call): readonly (string | undefined)[] {
  const model = 'model' in endpoint ? endpoint.model : undefined;
  const path = endpoint.kind === 'chat' ? endpoint.dialect.id : pathname;
  return [endpoint.kind, method, path, model, queryOf(url)];
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return '';
  const query = new URLSearchParams(url.slice(at));
  for (const name of ['alt', 'pretty']) query.delete(name);
  query.sort();
  return query.toString();
}

function directivesOf(header: string | undefined): ReadonlyMap<string, string> {
  if (header === undefined) return NO_DIRECTIVES;
  return new Map(
    header
      .toLowerCase()
      .split(',')
      .map((directive) => directive.trim().split('=', 2) as [string, string?])
      .map(([name, value = '']) => [name, value]),
  );
}

const NO_DIRECTIVES: ReadonlyMap<string, string> = new Map();

function secondsOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** Clients of Portkey may ask with any value. */
function isAsked(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && !isFalse(value);
}

function isFalse(value: string | undefined): boolean {
  return value?.toLowerCase() === 'false';
}

/** Whether the cache of a node is to be asked at all. */
export function policyOf(call: Call, node: ResolvedConfig): CachePolicy | undefined {
  return node.cache ?? (call.config === node ? policyInHeaders(call) : undefined);
}
