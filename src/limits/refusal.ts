import { GatewayError } from '../errors.ts';
import { spell, type Bound } from './bound.ts';
import type { Refusal, Standing } from './gate.ts';

/** What Portkey's clients are told by `type`, by whose limit it is. */
const EXHAUSTED = {
  api_key: 'api_key_exhaust_error',
  provider: 'virtual_key_exhaust_error',
  workspace: 'workspace_exhaust_error',
  policy: 'usage_limits_policy_exhaust_error',
} as const;
const TOO_FAST = {
  api_key: 'api_key_rate_limit_error',
  provider: 'virtual_key_rate_limit_error',
  workspace: 'workspace_rate_limit_error',
  policy: 'rate_limits_policy_exhaust_error',
} as const;

const OWNERS = { api_key: 'API key', provider: 'provider', workspace: 'workspace', policy: 'policy' } as const;

/** A bound that stands in the way of a call, and why. */
export interface Obstacle {
  readonly bound: Bound;
  readonly refusal: Refusal;
}

/** What a call is refused with. `headers`: how all of its limits stand, flat pairs. */
export function refusalError({ bound, refusal }: Obstacle, standing: Standing, headers: readonly string[]): GatewayError {
  const { code, message, more = [], hint = [] } = REASONS[refusal.reason](bound, standing, refusal);
  const types = code === 'rate_limited' ? TOO_FAST : EXHAUSTED;
  return new GatewayError(code, message, {
    type: code === 'limits_unavailable' ? undefined : types[bound.subject.kind],
    details: [`limit_id: ${bound.id}`, ...more],
    headers: [...headers, ...hint],
  });
}

interface Words {
  readonly code: 'budget_exhausted' | 'rate_limited' | 'limits_unavailable';
  readonly message: string;
  readonly more?: readonly string[];
  /** Headers that say when to come back. */
  readonly hint?: readonly string[];
}

const SOON: readonly string[] = ['retry-after', '1'];

const REASONS: { readonly [Reason in Refusal['reason']]: (bound: Bound, standing: Standing, refusal: Refusal) => Words } = {
  exhausted: (bound, standing) => {
    const time = timeOf(standing.resetsAt);
    const until = time === undefined ? '' : `; it begins anew at ${time}`;
    const message = `The ${bound.type} budget of ${ownerOf(bound)} is used up: 0 of ${spell(bound, bound.limit)} left${until}.`;
    return { code: 'budget_exhausted', message, more: leftOf(bound, standing) };
  },
  reserved: (bound, standing) => {
    const left = spell(bound, standing.remaining);
    const message = `Calls under way have reserved what is left of the ${bound.type} budget of ${ownerOf(bound)}: ${left} of ${spell(bound, bound.limit)} would be free.`;
    return { code: 'budget_exhausted', message, more: leftOf(bound, standing), hint: SOON };
  },
  rate: (bound, { remaining }, { retryAfter }) => {
    const what = bound.type === 'concurrency' ? `${bound.limit} calls at once` : `${bound.limit} ${bound.type} per ${bound.unit}`;
    const wait = retryAfter === undefined ? '' : `; try again in ${retryAfter < 1000 ? `${retryAfter} ms` : `${Math.ceil(retryAfter / 1000)} s`}`;
    const later = retryAfter === undefined ? [] : ['retry-after', String(Math.ceil(retryAfter / 1000)), 'retry-after-ms', String(retryAfter)];
    const message = `The rate limit of ${ownerOf(bound)} is reached: ${what}, ${remaining} left${wait}.`;
    return { code: 'rate_limited', message, hint: bound.type === 'concurrency' ? SOON : later };
  },
  unavailable: (bound) => ({
    code: 'limits_unavailable',
    message: `The ${bound.type} limit of ${ownerOf(bound)} cannot be checked at the moment.`,
    hint: SOON,
  }),
};

function leftOf(bound: Bound, { remaining, resetsAt }: Standing): readonly string[] {
  return [`limit: ${spell(bound, bound.limit)}`, `remaining: ${spell(bound, remaining)}`, `resets_at: ${timeOf(resetsAt) ?? 'never'}`];
}

function ownerOf({ subject }: Bound): string {
  const group = subject.group === undefined ? '' : ` for ${subject.group}`;
  return `${OWNERS[subject.kind]} ${subject.id}${group}`;
}

function timeOf(resetsAt: number | undefined): string | undefined {
  return resetsAt === undefined || !Number.isFinite(resetsAt) ? undefined : new Date(resetsAt).toISOString();
}
