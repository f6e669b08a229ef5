import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, ReasoningRequest } from '../../ir/request.ts';
import { ownSignature } from '../signature.ts';
import type { ModelTraits } from './models.ts';
import { EFFORT_BUDGETS, MIN_BUDGET, OWN } from './vocabulary.ts';

/** How a request for reasoning goes on the wire. */
export interface ReasoningPlan {
  readonly thinking?: JsonObject | undefined;
  readonly effort?: string | undefined;
  readonly maxTokens: number;
  /** Part of what was asked cannot be had. */
  readonly isLess?: boolean;
}

interface Wish extends ReasoningRequest {
  readonly traits: ModelTraits;
  /** No thinking is wanted. */
  readonly off: boolean;
  /** Thinking is asked for in any way. */
  readonly on: boolean;
  /** `max_tokens` of the request. */
  readonly limit: number | undefined;
  /** A tool call is forced, which excludes thinking. */
  readonly forced: boolean;
  /** The conversation goes on in a tool loop whose thinking the client did not replay; with a budget that is refused. */
  readonly isLoopBare: boolean;
}

/** Chooses the way in which a model with these traits can be asked to think. */
export function planReasoning(request: ChatRequest, traits: ModelTraits): ReasoningPlan {
  const { reasoning = {}, sampling } = request;
  const off = reasoning.mode === 'disabled' || (reasoning.mode === undefined && reasoning.effort === 'none');
  const wish: Wish = {
    ...reasoning,
    traits,
    off,
    on: !off && (reasoning.mode !== undefined || reasoning.effort !== undefined || reasoning.budgetTokens !== undefined),
    limit: sampling.maxTokens,
    forced: isForced(request),
    isLoopBare: isLoopBare(request),
  };
  return PLANS[traits.thinking](wish);
}

/** Whether the model may not answer without calling a tool. */
export function isForced({ tools, toolChoice }: ChatRequest): boolean {
  if (tools === undefined || toolChoice === undefined) return false;
  return toolChoice.mode === 'required' || toolChoice.mode === 'tool' || (toolChoice.mode === 'allowed' && toolChoice.required);
}

const PLANS: Readonly<Record<ModelTraits['thinking'], (wish: Wish) => ReasoningPlan>> = {
  none: (wish) => ({ ...unthinking(wish), isLess: wish.on }),
  budget(wish) {
    if (wish.off) return disabledIfSaid(wish);
    if (!wish.on) return unthinking(wish);
    return wish.forced || wish.isLoopBare ? { ...unthinking(wish), isLess: true } : budgeted(wish);
  },
  optional(wish) {
    if (wish.off) return disabledIfSaid(wish);
    if (!wish.on) return unthinking(wish);
    if (wish.forced) return { ...unthinking(wish), effort: effortOf(wish), isLess: true };
    if (wish.traits.takesBudget === true && wish.budgetTokens !== undefined && !wish.isLoopBare) return { ...budgeted(wish), effort: effortOf(wish) };
    return adaptive(wish);
  },
  default(wish) {
    if (wish.off || wish.forced) return { ...unthinking(wish), thinking: { type: 'disabled' }, effort: mildEffort(wish), isLess: wish.on };
    return adaptive(wish);
  },
  always: (wish) => (wish.off ? { ...unthinking(wish), effort: 'low', isLess: true } : adaptive(wish)),
  unknown(wish) {
    if (wish.off) return { ...unthinking(wish), thinking: { type: 'disabled' } };
    if (wish.budgetTokens !== undefined || wish.mode === 'enabled') return { ...budgeted(wish), effort: effortOf(wish) };
    return adaptive(wish);
  },
};

function unthinking({ limit, traits }: Wish): ReasoningPlan {
  return { maxTokens: limit ?? traits.maxTokens };
}

/** These models do not think unless told to, so only a plain word against it needs to be passed on. */
function disabledIfSaid(wish: Wish): ReasoningPlan {
  return { ...unthinking(wish), thinking: wish.mode === 'disabled' ? { type: 'disabled' } : undefined };
}

/** The model decides how much; it is told to where it would not on its own, or where the way of showing the thoughts has to be said. */
function adaptive(wish: Wish): ReasoningPlan {
  const display = displayOf(wish);
  const isSaid = wish.mode === 'adaptive' || wish.mode === 'enabled' || wish.budgetTokens !== undefined;
  const isNeeded = wish.traits.thinking === 'optional' || (wish.traits.thinking !== 'unknown' && display !== undefined);
  return {
    ...unthinking(wish),
    thinking: isSaid || isNeeded ? { type: 'adaptive', display } : undefined,
    effort: effortOf(wish),
    isLess: wish.budgetTokens !== undefined,
  };
}

/**
 * `max_tokens` must exceed the budget. A budget that the caller named is kept and the limit raised by it; one that is derived from an
 * effort is ours to fit below the limit.
 */
function budgeted(wish: Wish): ReasoningPlan {
  const { limit, traits, budgetTokens } = wish;
  const asked = Math.max(MIN_BUDGET, budgetTokens ?? EFFORT_BUDGETS.get(wish.effort ?? 'medium') ?? MIN_BUDGET);
  const thinking = (budget: number) => ({ type: 'enabled', budget_tokens: budget, display: displayOf(wish) });
  if (limit === undefined) return { thinking: thinking(asked), maxTokens: asked + traits.maxTokens };
  if (limit > asked) return { thinking: thinking(asked), maxTokens: limit };
  if (budgetTokens !== undefined) return { thinking: thinking(asked), maxTokens: asked + limit };
  const fitting = Math.floor(limit / 2);
  return fitting < MIN_BUDGET ? { maxTokens: limit, isLess: true } : { thinking: thinking(fitting), maxTokens: limit };
}

function displayOf({ visible, summary }: Wish): string | undefined {
  if (visible === false) return 'omitted';
  return visible === true || summary !== undefined ? 'summarized' : undefined;
}

/** OpenAI's `minimal` has no counterpart below `low`. */
function effortOf({ effort, traits }: Wish): string | undefined {
  const word = effort === 'minimal' ? 'low' : effort === 'none' ? undefined : effort;
  return word === undefined ? undefined : (traits.efforts?.[word] ?? word);
}

/** Without thinking, efforts above `high` are refused. */
function mildEffort(wish: Wish): string | undefined {
  const effort = effortOf(wish);
  return effort === 'xhigh' || effort === 'max' ? 'high' : effort;
}

function isLoopBare({ messages }: ChatRequest): boolean {
  const last = messages.findLastIndex((message) => message.role === 'assistant');
  const message = messages[last];
  if (message?.role !== 'assistant' || !message.parts.some((part) => part.type === 'tool_call')) return false;
  const isAnswered = messages.slice(last).some((later) => later.role === 'user' && later.parts.some((part) => part.type === 'tool_result'));
  const hasThought = message.parts.some((part) => part.type === 'reasoning' && (part.redacted ?? ownSignature(part.signature, OWN)) !== undefined);
  return isAnswered && !hasThought;
}
