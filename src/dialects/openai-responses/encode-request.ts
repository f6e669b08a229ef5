import type { Json, JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, Message, ReasoningRequest } from '../../ir/request.ts';
import type { Encoded } from '../dialect.ts';
import { foreignMembers } from '../foreign-members.ts';
import { objectOf } from '../lenient.ts';
import { effortOf, SERVICE_TIERS } from '../openai-chat/vocabulary.ts';
import { ownSignature } from '../signature.ts';
import { unsaidMembers } from '../unsaid-members.ts';
import { encodeInput, splitInstructions } from './encode-items.ts';
import { encodeTool, encodeToolChoice, searchTool } from './encode-tools.ts';
import { reasonsByItself } from './models.ts';
import { OWN } from './vocabulary.ts';

/** The fewest output tokens that the API takes. */
const MIN_OUTPUT = 16;

/** Members of OpenAI's chat requests that mean the same here. */
const SHARED_WITH_CHAT = ['metadata', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention', 'safety_identifier', 'store'] as const;

/** Members of chat requests that are said, some of them elsewhere. */
const ADOPTED: readonly string[] = [...SHARED_WITH_CHAT, 'verbosity', 'web_search_options'];

/** Writes a request for an upstream. One that came in another dialect is sent as stateless: it brings its history along each time. */
export function encodeRequest(request: ChatRequest): Encoded {
  const own = request.extra[OWN];
  const base = own ?? translated(request);
  const { sampling } = request;
  const wire: JsonObject = {
    ...base,
    model: request.model === '' ? undefined : request.model,
    ...encodeConversation(request, own),
    stream: request.stream,
    ...encodeTooling(request, base),
    max_output_tokens: own === undefined ? atLeast(sampling.maxTokens, MIN_OUTPUT) : sampling.maxTokens,
    temperature: sampling.temperature,
    top_p: sampling.topP,
    top_logprobs: sampling.topLogprobs,
    include: encodeInclude(request, base),
    text: merged(base.text, { format: encodeFormat(request.format) }),
    reasoning: merged(base.reasoning, encodeReasoning(request.reasoning, own !== undefined)),
    service_tier: encodeServiceTier(request),
    user: request.user === base.safety_identifier ? undefined : request.user,
  };
  return { wire, dropped: droppedFrom(request) };
}

function encodeConversation(request: ChatRequest, own: JsonObject | undefined): JsonObject {
  const options = { native: own !== undefined, stored: own !== undefined && own.store !== false };
  if (speaksInInput(request)) return { input: encodeInput(request.messages, options) };
  const { instructions, rest } = splitInstructions(request.messages);
  return { instructions, input: encodeInput(rest, options) };
}

/** The members about tools. Without tools there is nothing to choose, unless the client named a stored prompt that has some. */
function encodeTooling(request: ChatRequest, base: JsonObject): JsonObject {
  const offered = request.tools ?? [];
  const search = searchTool(request.extra['openai-chat']?.web_search_options);
  const tools = [...offered.map((tool) => encodeTool(tool)), search].filter((tool) => tool !== undefined);
  const choice = encodeToolChoice(request.toolChoice, offered) ?? base.tool_choice;
  if (tools.length === 0 && request.extra[OWN] === undefined) return {};
  return { tools: tools.length === 0 ? undefined : tools, tool_choice: choice, parallel_tool_calls: request.parallelToolCalls };
}

/**
 * Whether system messages must stand in the input. The API demands some input, and for JSON without a schema it demands that JSON be
 * spoken of there: instructions do not count.
 */
function speaksInInput({ messages, format, extra }: ChatRequest): boolean {
  return extra[OWN] === undefined && (format?.type === 'json' || messages.every((message) => message.role === 'system'));
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
 * Reasoning must come back encrypted if a stateless caller is to send it again. Models that cannot reason refuse to be asked for it
 * («Encrypted content is not supported with this model»), so it is asked for where the model or the request is known to reason.
 */
function encodeInclude(request: ChatRequest, base: JsonObject): Json | undefined {
  const given = Array.isArray(base.include) ? (base.include as readonly Json[]) : [];
  const wanted = new Set<Json>(given);
  if (request.sampling.logprobs === true && !given.includes('message.output_text.logprobs')) wanted.add('message.output_text.logprobs');
  if (request.extra[OWN] === undefined && reasons(request)) wanted.add('reasoning.encrypted_content');
  return wanted.size === 0 ? base.include : [...wanted];
}

function reasons({ model, reasoning, messages }: ChatRequest): boolean {
  const isAsked = reasoning !== undefined && reasoning.mode !== 'disabled' && reasoning.effort !== 'none';
  return isAsked || reasonsByItself(model) || messages.some(hasOwnReasoning);
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

/** What a request may say that has no form here, by its names on the wire. */
const INEXPRESSIBLE: Readonly<Record<string, (request: ChatRequest) => boolean>> = {
  top_k: ({ sampling }) => sampling.topK !== undefined,
  stop: ({ sampling }) => (sampling.stop ?? []).length > 0,
  seed: ({ sampling }) => sampling.seed !== undefined,
  presence_penalty: ({ sampling }) => (sampling.presencePenalty ?? 0) !== 0,
  frequency_penalty: ({ sampling }) => (sampling.frequencyPenalty ?? 0) !== 0,
  n: ({ sampling }) => (sampling.choices ?? 1) > 1,
  reasoning: ({ reasoning }) => reasoning?.mode === 'disabled' && reasoning.effort === undefined,
  modalities: ({ modalities }) => (modalities ?? []).some((kind) => kind !== 'text'),
  name: ({ messages }) => messages.some((message) => message.role !== 'system' && message.name !== undefined),
};

function droppedFrom(request: ChatRequest): readonly string[] {
  const members = Object.keys(INEXPRESSIBLE).filter((name) => INEXPRESSIBLE[name]?.(request));
  const tools = (request.tools ?? []).filter((tool) => encodeTool(tool) === undefined).map((tool) => `tools.${nameOfHosted(tool)}`);
  const unsaid = unsaidMembers(request, ['cache_control', 'citations', 'context', 'is_error']);
  return [...new Set([...members, ...unsaid, ...tools, ...foreignMembers(request.extra, OWN, ADOPTED)])];
}

function nameOfHosted(tool: object): string {
  const { type, name } = 'value' in tool ? objectOf(tool.value) : {};
  return typeof type === 'string' ? type : typeof name === 'string' ? name : 'hosted';
}
