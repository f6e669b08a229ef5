import type { JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, Sampling } from '../../ir/request.ts';
import { hoistSystem } from '../conversation.ts';
import type { Encoded } from '../dialect.ts';
import { foreignMembers } from '../foreign-members.ts';
import { objectOf } from '../lenient.ts';
import { isObject, remainder } from '../read.ts';
import { unsaidMembers } from '../unsaid-members.ts';
import { traitsOf, type ModelTraits } from './models.ts';
import { encodeSystem, encodeTurns } from './request-encode-content.ts';
import { planReasoning, type ReasoningPlan } from './request-encode-reasoning.ts';
import { encodeTools, pick } from './request-encode-tools.ts';
import { thinkingRest } from './request-decode.ts';
import { closedSchema } from './schema.ts';
import { FOREIGN_REQUEST_MEMBERS, OWN, OWN_TIERS, SERVICE_TIERS } from './vocabulary.ts';

/** A canonical request → what the API is sent. Throws `unsupported_content` for audio, video and files that it cannot take. */
export function encodeRequest(request: ChatRequest): Encoded {
  const dropped = new Set([...unsupportedMembers(request), ...unsaidMembers(request, ['detail'])]);
  const traits = traitsOf(request.model);
  const plan = planReasoning(request, traits);
  if (plan.isLess === true) dropped.add('reasoning');
  const { system, turns } = splitSystem(request);
  const own = request.extra[OWN];
  const foreign = request.extra['openai-chat'];
  const wire: JsonObject = {
    ...pick(foreign, FOREIGN_REQUEST_MEMBERS),
    ...own,
    model: request.model,
    max_tokens: plan.maxTokens,
    system: encodeSystem(system),
    messages: encodeTurns(turns, dropped),
    ...encodeTools(request, traits, dropped),
    ...encodeSampling(request.sampling, { traits, plan, dropped }),
    thinking: typed(merged(own?.thinking ?? thinkingRest(objectOf(foreign?.thinking)), plan.thinking)),
    output_config: merged(own?.output_config, { effort: plan.effort, format: encodeFormat(request.format, traits, dropped) }),
    metadata: merged(own?.metadata, { user_id: request.user }),
    service_tier: encodeTier(request.serviceTier, dropped),
    stream: request.stream ? true : undefined,
  };
  return { wire, dropped: [...dropped] };
}

/** The system prompt apart from the turns. The API demands a turn, so a prompt without any is asked as one. */
function splitSystem({ messages }: ChatRequest): ReturnType<typeof hoistSystem> {
  const { system, turns } = hoistSystem(messages);
  return turns.length > 0 ? { system, turns } : { system: [], turns: [{ role: 'user', parts: system }] };
}

/** What the API has no member for, by the names that clients of the OpenAI formats know. */
function unsupportedMembers({ sampling, modalities, extra, ...request }: ChatRequest): string[] {
  const absent: Readonly<Record<string, boolean>> = {
    n: (sampling.choices ?? 1) > 1,
    seed: sampling.seed !== undefined,
    presence_penalty: Boolean(sampling.presencePenalty),
    frequency_penalty: Boolean(sampling.frequencyPenalty),
    logprobs: sampling.logprobs === true,
    top_logprobs: sampling.topLogprobs !== undefined,
    modalities: modalities?.some((kind) => kind !== 'text') ?? false,
    name: request.messages.some((message) => message.role !== 'system' && message.name !== undefined),
  };
  return [...Object.keys(absent).filter((name) => absent[name]), ...foreignMembers(extra, OWN, FOREIGN_REQUEST_MEMBERS)];
}

/** Members of an object that the caller named beside the modelled ones; undefined where there is nothing to say. */
function merged(rest: JsonObject[string], modelled: JsonObject | undefined): JsonObject | undefined {
  const all = { ...(isObject(rest) ? rest : {}), ...modelled };
  return Object.values(all).some((value) => value !== undefined) ? all : undefined;
}

/** What is left of a `thinking` member whose type was dropped says nothing. */
function typed(thinking: JsonObject | undefined): JsonObject | undefined {
  return thinking?.type === undefined ? undefined : thinking;
}

/** For which model, and with which thinking, a request is sampled. */
export interface SamplingContext {
  readonly traits: ModelTraits;
  readonly plan: ReasoningPlan;
  readonly dropped: Set<string>;
}

/** The members that steer sampling; what the model's generation refuses is added to `dropped`. */
export function encodeSampling(sampling: Sampling, { traits, plan, dropped }: SamplingContext): JsonObject {
  const isFixed = traits.sampling === 'fixed';
  const isThinking = plan.thinking !== undefined && plan.thinking.type !== 'disabled' && traits.thinking !== 'unknown';
  const limits = { isFixed, isThinking, isEither: traits.sampling === 'one' };
  const isTaken: Readonly<Record<string, boolean>> = {
    temperature: !(isFixed || isThinking) || sampling.temperature === 1,
    top_p: takesTopP(sampling, limits),
    top_k: !(isFixed || isThinking),
  };
  const asked = { temperature: inRange(sampling.temperature), top_p: sampling.topP, top_k: sampling.topK };
  const refused = Object.entries(asked).filter(([name, value]) => value !== undefined && isTaken[name] === false);
  for (const [name] of refused) dropped.add(name);
  return { ...remainder(asked, new Set(refused.map(([name]) => name))), stop_sequences: encodeStop(sampling.stop, dropped) };
}

function inRange(temperature: number | undefined): number | undefined {
  return temperature === undefined ? undefined : Math.min(1, Math.max(0, temperature));
}

/** A stop sequence of white space only is refused. */
function encodeStop(stop: readonly string[] = [], dropped: Set<string>): readonly string[] | undefined {
  const taken = stop.filter((word) => word.trim() !== '');
  if (taken.length < stop.length) dropped.add('stop');
  return taken.length === 0 ? undefined : taken;
}

/** Thinking narrows `top_p` to 0.95 and above; some generations take either it or the temperature. */
function takesTopP({ topP = 1, temperature }: Sampling, limits: { isFixed: boolean; isThinking: boolean; isEither: boolean }): boolean {
  if (limits.isEither && temperature !== undefined) return false;
  if (limits.isFixed) return topP === 1;
  return !limits.isThinking || topP >= 0.95;
}

/** Only an answer after a schema can be asked for; `json` alone stays with what the prompt says about it. */
function encodeFormat(format: AnswerFormat | undefined, traits: ModelTraits, dropped: Set<string>): JsonObject | undefined {
  if (format === undefined) return undefined;
  if (format.type === 'json_schema' && traits.structured) return { type: 'json_schema', schema: closedSchema(format.schema) };
  dropped.add('response_format');
  return undefined;
}

/** Own words pass; of others' words those that have a counterpart. */
function encodeTier(tier: string | undefined, dropped: Set<string>): string | undefined {
  if (tier === undefined || SERVICE_TIERS.has(tier)) return tier;
  const own = OWN_TIERS.get(tier);
  if (own === undefined) dropped.add('service_tier');
  return own;
}
