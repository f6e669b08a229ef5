import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, ReasoningRequest } from '../../ir/request.ts';
import { traitsOf } from '../anthropic-messages/models.ts';
import { encodeSampling } from '../anthropic-messages/request-encode.ts';
import { planReasoning } from '../anthropic-messages/request-encode-reasoning.ts';

/** What a family of models is sent of those parts of a request that the API leaves to the model, or that the model restricts. */
export interface FamilyPlan {
  /** Parts of `additionalModelRequestFields`. */
  readonly fields: JsonObject;
  readonly inference: JsonObject;
  /** `outputConfig.effort`. */
  readonly effort?: string | undefined;
}

/** Plans for the family that the model's id names. What cannot be expressed is added to `dropped`. */
export function planFamily(request: ChatRequest, dropped: Set<string>): FamilyPlan {
  const plan = FAMILIES.find(([pattern]) => pattern.test(request.model))?.[1] ?? planOther;
  return plan(request, dropped);
}

type Planner = (request: ChatRequest, dropped: Set<string>) => FamilyPlan;

/** The first pattern that fits counts. Ids name the vendor; those of inference profiles that a user made name nothing, and are mostly Claude's. */
const FAMILIES: readonly (readonly [RegExp, Planner])[] = [
  [/anthropic\.|claude/i, planClaude],
  [/amazon\.nova/i, planNova],
  [/openai\.|gpt-oss|moonshot|kimi/i, planEffort],
  [/cohere\./i, (request, dropped) => ({ ...planOther(request, dropped), fields: { k: request.sampling.topK } })],
  [/^arn:/, planClaude],
];

/** Claude takes what its own API takes, in other places. */
function planClaude(request: ChatRequest, dropped: Set<string>): FamilyPlan {
  const traits = traitsOf(request.model);
  const plan = planReasoning(request, traits);
  if (plan.isLess === true) dropped.add('reasoning');
  const { temperature, top_p, top_k, stop_sequences } = encodeSampling(request.sampling, { traits, plan, dropped });
  // Without a limit the API takes the model's own.
  const maxTokens = request.sampling.maxTokens === undefined ? undefined : plan.maxTokens;
  return {
    fields: { thinking: plan.thinking, top_k },
    inference: { maxTokens, temperature, topP: top_p, stopSequences: stop_sequences },
    effort: plan.effort,
  };
}

function planInference({ sampling }: ChatRequest): JsonObject {
  return { maxTokens: sampling.maxTokens, temperature: sampling.temperature, topP: sampling.topP, stopSequences: sampling.stop };
}

/** The three efforts that models other than Claude know. */
const EFFORTS: ReadonlyMap<string | undefined, string> = new Map([
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
  ['max', 'high'],
]);

/** Nova thinks from its second generation on, and only when asked: https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html */
function planNova(request: ChatRequest, dropped: Set<string>): FamilyPlan {
  const { topK } = request.sampling;
  const wish = novaEffort(request.reasoning);
  const maxReasoningEffort = /nova-[2-9]/.test(request.model) ? wish : undefined;
  if (request.reasoning?.budgetTokens !== undefined || wish !== maxReasoningEffort) dropped.add('reasoning');
  return {
    fields: {
      inferenceConfig: topK === undefined ? undefined : { topK },
      reasoningConfig: maxReasoningEffort === undefined ? undefined : { type: 'enabled', maxReasoningEffort },
    },
    inference: planInference(request),
  };
}

function novaEffort({ mode, effort, budgetTokens }: ReasoningRequest = {}): string | undefined {
  if (mode === 'disabled') return undefined;
  return EFFORTS.get(effort ?? (mode === undefined && budgetTokens === undefined ? undefined : 'medium'));
}

/** Models that take OpenAI's `reasoning_effort`. */
function planEffort(request: ChatRequest, dropped: Set<string>): FamilyPlan {
  const { reasoning, sampling } = request;
  const effort = EFFORTS.get(reasoning?.effort);
  if (reasoning !== undefined && effort === undefined) dropped.add('reasoning');
  return { fields: { reasoning_effort: effort, top_k: sampling.topK }, inference: planInference(request) };
}

function planOther(request: ChatRequest, dropped: Set<string>): FamilyPlan {
  if (request.reasoning !== undefined) dropped.add('reasoning');
  return { fields: { top_k: request.sampling.topK }, inference: planInference(request) };
}
