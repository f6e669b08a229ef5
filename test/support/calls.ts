import { openaiChat } from '../../src/dialects/openai-chat/index.ts';
import { GatewayError, type RouteTaken } from '../../src/errors.ts';
import { Attempts } from '../../src/pipeline/attempts.ts';
import type { Call, Handler, Reply } from '../../src/pipeline/step.ts';
import type { Member } from '../../src/routing/member.ts';
import type { Clock } from '../../src/routing/clock.ts';

/** A small chat call. */
export function aCall(more: Partial<Call> = {}): Call {
  return {
    id: '0'.repeat(32),
    traceId: 't',
    startedAt: 0,
    method: 'POST',
    url: '/v1/chat/completions',
    pathname: '/v1/chat/completions',
    headers: {},
    body: Buffer.from('{}'),
    upload: undefined,
    json: {},
    endpoint: { kind: 'chat', dialect: openaiChat },
    signal: new AbortController().signal,
    metadata: {},
    config: undefined,
    attempts: new Attempts(() => 0),
    notes: {},
    recoverable: false,
    isRaced: false,
    ...more,
  };
}

const ROUTE: RouteTaken = { path: 'config', provider: 'p', retries: 0, dropped: [] };

/** A reply whose body names it. */
export function aReply(name: string, status = 200): Reply {
  return { status, headers: [], body: { kind: 'bytes', bytes: name }, strict: true, route: ROUTE };
}

/** The error of an attempt that a provider answered with `status`. */
export function aFailure(status: number, headers: readonly string[] = []): GatewayError {
  return new GatewayError('upstream_error', `status ${status}`, { status, headers, route: ROUTE });
}

/** A handler that goes through the outcomes one by one, staying at the last, and records the calls. */
export function scripted(...outcomes: readonly (Reply | GatewayError)[]): Handler & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const handler: Handler = async (call) => {
    const outcome = outcomes[Math.min(calls.length, outcomes.length - 1)] as Reply | GatewayError;
    calls.push(call);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return Object.assign(handler, { calls });
}

/** A strategy's member that is available and waited for without end. */
export function aMember(handler: Handler, more: Partial<Member> = {}): Member {
  return {
    handler,
    path: 'config',
    name: undefined,
    identity: 'm',
    weight: 1,
    isAvailable: () => true,
    hasRoom: () => true,
    patience: () => undefined,
    cost: async () => undefined,
    explain: async () => ({ path: 'config', provider: 'p', policy: {}, sending: {} }),
    ...more,
  };
}

/** A clock that stands still but for its sleeps, which it records. */
export function stoppedClock(
  random = 0.5,
): Clock & { readonly sleeps: number[]; readonly waiting: (() => void)[]; pass(milliseconds: number): void } {
  const sleeps: number[] = [];
  const waiting: (() => void)[] = [];
  let now = 0;
  return {
    sleeps,
    waiting,
    pass: (milliseconds) => void (now += milliseconds),
    now: () => now,
    random: () => random,
    after: (_, run) => {
      waiting.push(run);
      return () => void waiting.splice(waiting.indexOf(run), 1);
    },
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
      now += milliseconds;
    },
  };
}
