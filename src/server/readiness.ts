import type { Clock } from '../routing/clock.ts';
import type { BreakerReport, Health } from '../routing/health.ts';
import { VERSION } from '../version.ts';
import { strangeness } from './admin/access.ts';
import type { Page } from './app.ts';
import type { CallsUnderWay } from './calls-under-way.ts';
import type { HttpRequest } from './http-port.ts';
import { splitTarget } from './request-parts.ts';

/** What is known of the state of the gateway. */
export interface ReadinessOptions {
  readonly health: Health;
  readonly calls: CallsUnderWay;
  readonly clock: Pick<Clock, 'now'>;
  readonly isDraining: () => boolean;
}

/** How many breakers are listed one by one, open ones first. */
const MOST_LISTED = 500;

/** Whether the gateway takes calls; with `?verbose`, from the machine itself, its version, load and breakers too. */
export function readinessPage({ health, calls, clock, isDraining }: ReadinessOptions): Page {
  const startedAt = clock.now();
  const details = (): object => ({
    version: VERSION,
    uptime_seconds: Math.floor((clock.now() - startedAt) / 1000),
    calls_under_way: calls.count,
    breakers: { ...health.summary(), list: health.report().slice(0, MOST_LISTED).map(shown) },
  });
  return (request) => {
    const status = isDraining() ? 'draining' : 'ready';
    const body = isVerbose(request) ? { status, ...details() } : { status };
    return { status: isDraining() ? 503 : 200, type: 'application/json', body: JSON.stringify(body) };
  };
}

/** Which providers are used, and how they are doing, concerns only the operator: neither other machines nor pages of others are told. */
function isVerbose({ url = '', socket, headers, httpVersion }: HttpRequest): boolean {
  if (!new URLSearchParams(splitTarget(url).query).has('verbose')) return false;
  return strangeness({ headers, peer: socket.remoteAddress ?? '', httpVersion }) === undefined;
}

function shown({ provider, host, key, model, state, openFor }: BreakerReport): object {
  return { provider, host, key, model, state, open_for_ms: openFor };
}
