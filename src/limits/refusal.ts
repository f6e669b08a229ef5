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

/** What a call is refused with. */
export function refusalError(bound: Bound, refusal: Refusal, standing: Standing): GatewayError {
  return REASONS[refusal.reason](bound, refusal, standing);
}

const REASONS: { readonly [Reason in Refusal['reason']]: (bound: Bound, refusal: Refusal, standing: Standing) => GatewayError } = {
  exhausted: (bound, _, standing) => {
    const until = resetText(standing);
    return budgetError(
      { bound, standing },
      `The ${bound.type} budget of ${ownerOf(bound)} is used up: 0 of ${spell(bound, bound.limit)} left${until}.`,
    );
  },
  reserved: (bound, _, standing) => {
    const left = spell(bound, standing.remaining);
    const message = `Calls under way have reserved what is left of the ${bound.type} budget of ${ownerOf(bound)}: ${left} of ${spell(bound, bound.limit)} would be free.`;
    return budgetError({ bound, standing, more: ['retry-after', '1'] }, message);
  },
  rate: (bound, refusal, standing) => rateError(bound, refusal, standing),
  unavailable: (bound) =>
    new GatewayError('limits_unavailable', `The ${bound.type} limit of ${ownerOf(bound)} cannot be checked at the moment.`, {
      headers: ['retry-after', '1'],
    }),
};

interface Spent {
  readonly bound: Bound;
  readonly standing: Standing;
  readonly more?: readonly string[];
}

function budgetError({ bound, standing, more = [] }: Spent, message: string): GatewayError {
  const resetsAt = timeOf(standing.resetsAt);
  const details = [
    `limit_id: ${bound.id}`,
    `limit: ${spell(bound, bound.limit)}`,
    `remaining: ${spell(bound, standing.remaining)}`,
    `resets_at: ${resetsAt ?? 'never'}`,
  ];
  return new GatewayError('budget_exhausted', message, { type: EXHAUSTED[bound.subject.kind], details, headers: more });
}

function rateError(bound: Bound, { retryAfter }: Refusal, { remaining }: Standing): GatewayError {
  const what = bound.type === 'concurrency' ? `${bound.limit} calls at once` : `${bound.limit} ${bound.type} per ${bound.unit}`;
  const wait = retryAfter === undefined ? '' : `; try again in ${retryAfter < 1000 ? `${retryAfter} ms` : `${Math.ceil(retryAfter / 1000)} s`}`;
  const headers = retryAfter === undefined ? [] : ['retry-after', String(Math.ceil(retryAfter / 1000)), 'retry-after-ms', String(retryAfter)];
  if (bound.type === 'concurrency') headers.push('retry-after', '1');
  return new GatewayError('rate_limited', `The rate limit of ${ownerOf(bound)} is reached: ${what}, ${remaining} left${wait}.`, {
    type: TOO_FAST[bound.subject.kind],
    details: [`limit_id: ${bound.id}`],
    headers,
  });
}

function ownerOf({ subject }: Bound): string {
  const group = subject.group === undefined ? '' : ` for ${subject.group}`;
  return `${OWNERS[subject.kind]} ${subject.id}${group}`;
}

function resetText({ resetsAt }: Standing): string {
  const time = timeOf(resetsAt);
  return time === undefined ? '' : `; it begins anew at ${time}`;
}

function timeOf(resetsAt: number | undefined): string | undefined {
  return resetsAt === undefined || !Number.isFinite(resetsAt) ? undefined : new Date(resetsAt).toISOString();
}
