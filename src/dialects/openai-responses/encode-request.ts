import type { Json, JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, Message, ReasoningRequest, Sampling } from '../../ir/request.ts';
import type { Encoded } from '../dialect.ts';
import { effortOf, SERVICE_TIERS } from '../openai-chat/vocabulary.ts';
import { ownSignature } from '../signature.ts';
import { encodeInput, splitInstructions } from './encode-items.ts';
import { encodeTool, encodeToolChoice } from './encode-tools.ts';
import { objectOf } from './lenient.ts';
import { OWN } from './vocabulary.ts';

/** The fewest output tokens that the API takes. */
const MIN_OUTPUT = 16;

/** Members of OpenAI's chat requests that mean the same here. */
const SHARED_WITH_CHAT = ['metadata', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention', 'safety_identifier', 'store'] as const;

/** Members of chat requests that are expressed elsewhere or shape the answer on its way back only. */
const NOT_LOST: ReadonlySet<string> = new Set([...SHARED_WITH_CHAT, 'verbosity', 'stream_options']);

/** Writes a request for an upstream. One that came in another dialect is sent as stateless: it brings its history along each time. */
export function encodeRequest(request: ChatRequest): Encoded {
  const own = request.extra[OWN];
  const { instructions, rest } = splitInstructions(request.messages);
  const tools = request.tools ?? [];
  const wireTools = tools.map((tool) => encodeTool(tool)).filter((tool) => tool !== undefined);
  const base = own ?? translated(request);
  const wire: JsonObject = {
    ...base,
    model: request.model === '' ? undefined : request.model,
    instructions,
    input: encodeInput(rest, { native: own !== undefined, stored: own !== undefined && own.store !== false }),
    stream: request.stream,
    tools: wireTools.length === 0 ? undefined : wireTools,
    tool_choice: encodeToolChoice(request.toolChoice, tools) ?? base.tool_choice,
    parallel_tool_calls: request.parallelToolCalls,
    max_output_tokens: own === undefined ? atLeast(request.sampling.maxTokens, MIN_OUTPUT) : request.sampling.maxTokens,
    temperature: request.sampling.temperature,
    top_p: request.sampling.topP,
    top_logprobs: request.sampling.topLogprobs,
    include: encodeInclude(request, base),
    text: merged(base.text, { format: encodeFormat(request.format) }),
    reasoning: merged(base.reasoning, encodeReasoning(request.reasoning, own !== undefined)),
    service_tier: encodeServiceTier(request),
    user: request.user === base.safety_identifier ? undefined : request.user,
  };
  return { wire, dropped: droppedFrom(request) };
}

/** What a request of another dialect is given beside its canonical members. */
function translated({ extra }: ChatRequest): JsonObject {
  const chat = extra['openai-chat'] ?? {};
  const shared: Record<string, Json | undefined> = {};
  for (const name of SHARED_WITH_CHAT) shared[name] = chat[name];
  return { ...shared, store: chat.store ?? false, text: chat.verbosity === undefined ? undefined : { verbosity: chat.verbosity } };
}

function atLeast(value: number | undefined, floor: number): number | undefined {
  return value === undefined ? undefined : Math.max(value, floor);
}

function merged(base: Json | undefined, members: JsonObject): JsonObject | undefined {
  const value = { ...objectOf(base), ...members };
  return Object.values(value).some((member) => member !== undefined) ? value : undefined;
}

/**
 * Reasoning must come back encrypted if a stateless caller is to send it again. Models that cannot reason refuse to be asked for it, so
 * it is asked for where the request shows that the model reasons.
 */
function encodeInclude(request: ChatRequest, base: JsonObject): Json | undefined {
  const given = Array.isArray(base.include) ? (base.include as readonly Json[]) : [];
  const wanted = new Set<Json>(given);
  if (request.sampling.logprobs === true && !given.includes('message.output_text.logprobs')) wanted.add('message.output_text.logprobs');
  if (request.extra[OWN] === undefined && reasons(request)) wanted.add('reasoning.encrypted_content');
  return wanted.size === 0 ? base.include : [...wanted];
}

function reasons({ reasoning, messages }: ChatRequest): boolean {
  const isAsked = reasoning !== undefined && reasoning.mode !== 'disabled' && reasoning.effort !== 'none';
  return isAsked || messages.some(hasOwnReasoning);
}

function hasOwnReasoning(message: Message): boolean {
  return message.role === 'assistant' && message.parts.some((part) => part.type === 'reasoning' && ownSignature(part.signature, OWN) !== undefined);
}

function encodeFormat(format: AnswerFormat | undefined): JsonObject | undefined {
  if (format === undefined) return undefined;
  if (format.type === 'json') return { type: 'json_object' };
  const { name = 'response', description, schema, strict } = format;
  return { type: 'json_schema', name, description, schema, strict };
}

function encodeReasoning(reasoning: ReasoningRequest | undefined, native: boolean): JsonObject {
  const summary = reasoning?.summary ?? (reasoning?.visible === true ? 'auto' : undefined);
  return { effort: native ? reasoning?.effort : effortOf(reasoning), summary };
}

function encodeServiceTier({ serviceTier, extra }: ChatRequest): string | undefined {
  return serviceTier === undefined || extra[OWN] !== undefined ? serviceTier : (SERVICE_TIERS[serviceTier] ?? serviceTier);
}

/** Sampling members without a form here, by their names on the wire. */
const INEXPRESSIBLE: readonly (readonly [keyof Sampling, string])[] = [
  ['topK', 'top_k'],
  ['stop', 'stop'],
  ['seed', 'seed'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
];

function droppedFrom(request: ChatRequest): readonly string[] {
  const dropped = INEXPRESSIBLE.flatMap(([member, name]) => (request.sampling[member] === undefined ? [] : [name]));
  if ((request.sampling.choices ?? 1) > 1) dropped.push('n');
  if (request.modalities?.some((kind) => kind !== 'text') === true) dropped.push('modalities');
  for (const tool of request.tools ?? []) if (encodeTool(tool) === undefined) dropped.push(`tools.${nameOfHosted(tool)}`);
  for (const [dialect, members] of Object.entries(request.extra)) {
    if (dialect !== OWN) dropped.push(...Object.keys(members ?? {}).filter((name) => members?.[name] !== undefined && !NOT_LOST.has(name)));
  }
  return dropped;
}

function nameOfHosted(tool: object): string {
  const { type, name } = 'value' in tool ? objectOf(tool.value) : {};
  return typeof type === 'string' ? type : typeof name === 'string' ? name : 'hosted';
}
