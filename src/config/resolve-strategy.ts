import type { Query } from './query.ts';
import type { Canary, MovingOn, Sticky, StrategyNode } from './resolved.ts';
import type { Config } from './schema.ts';

const DEFAULT_PERCENTILE = 95;

type Choice<Node = StrategyNode> = Node extends StrategyNode ? Omit<Node, 'path' | 'name' | 'weight' | 'onStreamBreak' | 'targets'> : never;
type Given = NonNullable<Config['strategy']>;
type Mode = Given['mode'];
type Reader<Of extends Mode> = (given: Extract<Given, { mode: Of }>, moves: MovingOn) => Choice;

/** What each mode takes. */
const MODES: { readonly [Of in Mode]: Reader<Of> } = {
  single: () => ({ kind: 'single' }),
  fallback: (_, moves) => ({ kind: 'fallback', ...moves }),
  // As Portkey has it, statuses have no effect here.
  loadbalance: (given, { onErrors }) => ({
    kind: 'loadbalance',
    onStatusCodes: undefined,
    onErrors,
    sticky: stickyOf(given.sticky),
    canary: canaryOf(given.canary),
  }),
  latency: (given, moves) => ({ kind: 'latency', ...moves, sticky: stickyOf(given.sticky) }),
  least_busy: (given, moves) => ({ kind: 'least_busy', ...moves, sticky: stickyOf(given.sticky) }),
  cost: (_, moves) => ({ kind: 'cost', ...moves }),
  hedge: ({ delay, percentile, max_tokens: maxTokens }, moves) => ({
    kind: 'hedge',
    ...moves,
    delay,
    percentile: percentile ?? (delay === undefined ? DEFAULT_PERCENTILE : undefined),
    maxTokens,
  }),
  conditional: (given) => ({
    kind: 'conditional',
    conditions: (given.conditions ?? []).map(({ query, then }) => ({ query: query as Query, then })),
    default: given.default,
  }),
};

/** What a node's strategy goes by. A node with one target and no strategy is that target. */
export function strategy({ strategy: given = { mode: 'single' }, on_errors: onErrors }: Config): Choice {
  return MODES[given.mode](given as never, { onStatusCodes: given.on_status_codes, onErrors: given.on_errors ?? onErrors });
}

function stickyOf(given: Extract<Given, { mode: 'latency' }>['sticky']): Sticky | undefined {
  if (given?.enabled !== true) return undefined;
  return { hashFields: given.hash_fields ?? [], ttl: given.ttl === undefined ? undefined : given.ttl * 1_000 };
}

function canaryOf(given: Extract<Given, { mode: 'loadbalance' }>['canary']): Canary | undefined {
  if (given === undefined) return undefined;
  return { target: given.target, maxErrorPercentage: given.max_error_percentage ?? 5, minimumRequests: given.minimum_requests ?? 20 };
}
