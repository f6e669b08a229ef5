import type { RouteTaken } from '../errors.ts';
import type { Call } from '../pipeline/step.ts';
import type { Stopwatch } from '../pipeline/stopwatch.ts';

/** What of a call its headers are made of. */
export type Identified = Pick<Call, 'id' | 'traceId' | 'attempts'>;

/** The gateway's own response headers (flat pairs), under both prefixes where Portkey has them. */
export function gatewayHeaders(call: Identified, route: RouteTaken | undefined): string[] {
  const headers = ['x-sluice-request-id', call.id, 'x-portkey-trace-id', call.traceId, 'x-sluice-trace-id', call.traceId];
  headers.push('x-sluice-attempts', call.attempts.tell(), ...timing(call.attempts.watch));
  if (route === undefined) return headers;
  const retries = String(route.retries);
  headers.push('x-portkey-last-used-option-index', route.path, 'x-sluice-last-used-option-index', route.path);
  headers.push('x-portkey-retry-attempt-count', retries, 'x-sluice-retry-attempt-count', retries);
  headers.push('x-portkey-cache-status', 'DISABLED', 'x-sluice-cache-status', 'DISABLED');
  headers.push('x-portkey-provider', route.provider, 'x-sluice-provider', route.provider);
  if (route.dropped.length > 0) headers.push('x-sluice-dropped-params', memberList(route.dropped));
  return headers;
}

/** How long the call took the gateway itself, and how long it waited for others, until now. */
function timing({ own, waited }: Stopwatch): string[] {
  const overhead = String(Math.round(own * 1000) / 1000);
  return ['x-sluice-overhead-ms', overhead, 'server-timing', `gateway;dur=${overhead}, upstream;dur=${Math.round(waited * 10) / 10}`];
}

/** Names of members as a comma list. */
export function memberList(names: readonly string[]): string {
  return names.map(headerSafe).join(',');
}

/** The names come from the request's body; only what a header may hold is shown. */
function headerSafe(name: string): string {
  return name.replace(/[^\x21-\x2b\x2d-\x7e]/g, '?').slice(0, 100);
}
