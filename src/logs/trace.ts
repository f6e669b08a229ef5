import type { JsonObject } from '../ir/json.ts';
import type { Call } from '../pipeline/step.ts';

/** Where a call stands in a trace of the caller's. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string | undefined;
  readonly parentSpanId: string | undefined;
  readonly spanName: string | undefined;
  readonly sessionId: string | undefined;
}

/** Names under which callers tell of the session of a call in their metadata. */
const SESSION_MEMBERS = ['session_id', '_session_id', 'sessionId', '_session', 'session.id'] as const;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

/** Reads what a call's headers and metadata say of its trace; Portkey's headers go before `traceparent`. */
export function traceContext({ id, traceId, headers }: Pick<Call, 'id' | 'traceId' | 'headers'>, metadata: JsonObject): TraceContext {
  const parent = headers['traceparent'] === undefined ? undefined : TRACEPARENT.exec(headers['traceparent']);
  return {
    traceId: traceId === id ? (parent?.[1] ?? traceId) : traceId,
    spanId: headers['x-sluice-span-id'] ?? headers['x-portkey-span-id'],
    parentSpanId: headers['x-sluice-parent-span-id'] ?? headers['x-portkey-parent-span-id'] ?? parent?.[2],
    spanName: headers['x-sluice-span-name'] ?? headers['x-portkey-span-name'],
    sessionId: headers['x-sluice-session-id'] ?? headers['x-portkey-session-id'] ?? sessionIn(metadata),
  };
}

/** Members that a caller's baggage may have in the log. */
const MOST_MEMBERS = 64;

/** The members of a `baggage` header, under those of the metadata (W3C Baggage: `name=value;property, name=value`, values percent-encoded). */
export function withBaggage(metadata: JsonObject, baggage: string | undefined): JsonObject {
  if (baggage === undefined || baggage === '') return metadata;
  const members = baggage
    .split(',', MOST_MEMBERS)
    .map((member) => /^\s*([^=;\s]+)\s*=\s*([^;]*?)\s*(?:;.*)?$/.exec(member))
    .filter((found) => found !== null)
    .map(([, name = '', value = '']) => [name, decoded(value)] as const);
  return { ...Object.fromEntries(members), ...metadata };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function sessionIn(metadata: JsonObject): string | undefined {
  for (const name of SESSION_MEMBERS) {
    const value = metadata[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
