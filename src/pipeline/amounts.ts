import type { TargetNode } from '../config/resolved.ts';
import type { Usage } from '../ir/events.ts';
import type { Amounts } from '../limits/amounts.ts';
import { USD } from '../limits/bound.ts';
import type { Estimate } from '../limits/estimate.ts';
import type { Attempt } from './attempts.ts';
import type { Call } from './step.ts';

/** USD for a million tokens. */
export interface PriceAhead {
  readonly input: number;
  readonly output: number;
}

/** Estimates beforehand what calls will cost. */
export interface Pricing {
  /** Undefined: it is ready. */
  load(): Promise<void> | undefined;
  /** Undefined: unknown. */
  priceOf(call: Call, node: TargetNode): PriceAhead | undefined;
  /** The targets that a call may go to. */
  targetsOf(call: Call): readonly TargetNode[];
}

const MILLION = 1e6;

/** What tokens cost, in billionths of a USD; undefined where it is unknown. */
export function usdOf({ input, output }: Estimate, price: PriceAhead | undefined): number | undefined {
  return price === undefined ? undefined : Math.ceil(((input * price.input + output * price.output) * USD) / MILLION);
}

/** Bytes of a streamed answer, with all that frames it, and of a whole one, for a token. */
const BYTES_A_TOKEN = { streamed: 150, whole: 5 };

/** Failures of attempts that a provider may have worked for: it has read the prompt, and may have written on. */
const WORKED_FOR: ReadonlySet<Attempt['error']> = new Set<Attempt['error']>([undefined, 'cancelled', 'timeout', 'stream_break']);

interface Expected {
  readonly estimate: Estimate;
  readonly pricing: Pricing;
}

/** What an attempt used: what the provider says; where it says nothing, what was expected of the prompt and what has arrived of an answer. */
export function amountsOfAttempt(attempt: Attempt, call: Call, { estimate, pricing }: Expected): Amounts {
  const { used, cost, target } = attempt;
  if (used !== undefined) return { tokens: promptOf(used.usage) + answerOf(used.usage), cost: Math.round((cost?.total ?? 0) * USD) };
  if (!wasWorkedFor(attempt)) return { tokens: 0, cost: 0 };
  const node = pricing.targetsOf(call).find(({ path }) => path === target);
  const received = attempt.bytes / (isStreamed(call) ? BYTES_A_TOKEN.streamed : BYTES_A_TOKEN.whole);
  const likely = { input: estimate.input, output: Math.min(estimate.output, Math.ceil(received)) };
  const usd = node === undefined ? undefined : usdOf(likely, pricing.priceOf(call, node));
  return { tokens: likely.input + likely.output, cost: usd ?? 0 };
}

function wasWorkedFor({ error, status }: Attempt): boolean {
  return WORKED_FOR.has(error) && (status === undefined || status < 400);
}

function isStreamed({ json, endpoint }: Call): boolean {
  return json?.['stream'] === true || (endpoint.kind === 'chat' && endpoint.stream === true);
}

/** Tokens of a prompt. */
export function promptOf({ input = 0, cacheRead = 0, cacheWrite = 0, toolPrompt = 0 }: Usage): number {
  return input + cacheRead + cacheWrite + toolPrompt;
}

/** Tokens of an answer. */
export function answerOf({ output = 0, reasoning = 0 }: Usage): number {
  return output + reasoning;
}
