import type { Json, JsonObject } from '../../ir/json.ts';
import type { ChatRequest } from '../../ir/request.ts';
import { traitsOf } from '../anthropic-messages/models.ts';
import { closedSchema } from '../anthropic-messages/schema.ts';
import type { Encoded } from '../dialect.ts';
import { foreignMembers } from '../foreign-members.ts';
import { objectOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { unsaidMembers } from '../unsaid-members.ts';
import { planFamily } from './families.ts';
import { encodeConversation } from './request-encode-content.ts';
import { claudesTools, encodeTools } from './request-encode-tools.ts';
import { MODEL_FIELDS, OWN, OWN_MEMBERS, SERVICE_TIERS } from './vocabulary.ts';

/** Canonical → a request for an upstream; the model and streaming are told by the URL. Throws `unsupported_content` for content by URL. */
export function encodeRequest(request: ChatRequest): Encoded {
  const dropped = new Set([...inexpressible(request), ...unsaidMembers(request, ['detail'])]);
  const own = ownMembers(request);
  const family = planFamily(request, dropped);
  const wire = {
    ...own,
    ...encodeConversation(request.messages, dropped),
    inferenceConfig: filled(family.inference),
    toolConfig: encodeTools(request, dropped),
    additionalModelRequestFields: filled(merge(merge(family.fields, claudeFields(request)), modelFields(request))),
    outputConfig: filled({ effort: family.effort, textFormat: encodeFormat(request, dropped) }),
    serviceTier: encodeTier(request.serviceTier, dropped),
  };
  return { wire, dropped: [...dropped] };
}

/** What the API has no member for, by the names that clients of the OpenAI formats know. */
function inexpressible({ sampling, modalities, user, parallelToolCalls, messages, extra }: ChatRequest): string[] {
  const absent: Readonly<Record<string, boolean>> = {
    n: (sampling.choices ?? 1) > 1,
    seed: sampling.seed !== undefined,
    presence_penalty: Boolean(sampling.presencePenalty),
    frequency_penalty: Boolean(sampling.frequencyPenalty),
    logprobs: sampling.logprobs === true,
    top_logprobs: sampling.topLogprobs !== undefined,
    user: user !== undefined,
    parallel_tool_calls: parallelToolCalls === false,
    modalities: modalities?.some((kind) => kind !== 'text') ?? false,
    name: messages.some((message) => message.role !== 'system' && message.name !== undefined),
  };
  return [...Object.keys(absent).filter((name) => absent[name]), ...foreignMembers(extra, OWN, ADOPTED)];
}

const CLAUDE_MEMBERS: readonly string[] = ['anthropic_beta', 'anthropic_version', 'context_management'];

/** Members of other dialects' requests that are passed on. */
const ADOPTED: readonly string[] = [...OWN_MEMBERS.flat(), ...MODEL_FIELDS, ...CLAUDE_MEMBERS];

/** The API's own members, also where clients of other dialects sent them, in either spelling. */
function ownMembers({ extra }: ChatRequest): JsonObject {
  const foreign = { ...extra['anthropic-messages'], ...extra['openai-chat'] };
  const adopted = OWN_MEMBERS.map(([name, snake]) => [name, foreign[name] ?? foreign[snake]]);
  return { ...(Object.fromEntries(adopted) as JsonObject), ...extra[OWN] };
}

/** Members of Claude's own API that it takes here as well. */
function claudeFields(request: ChatRequest): JsonObject {
  const { extra } = request;
  const foreign = { ...extra['anthropic-messages'], ...extra['openai-chat'] };
  const { anthropic_beta: beta, anthropic_version: version, context_management: management } = foreign;
  const tools = claudesTools(request);
  return {
    anthropic_beta: typeof beta === 'string' ? beta.split(',').map((word) => word.trim()) : beta,
    anthropic_version: version,
    context_management: management,
    tools: tools.length === 0 ? undefined : tools,
  };
}

/** What the caller says to the model itself, which counts more than what is derived. */
function modelFields({ extra }: ChatRequest): JsonObject {
  const foreign = { ...extra['anthropic-messages'], ...extra['openai-chat'], ...extra[OWN] };
  const [camel, snake] = MODEL_FIELDS;
  return objectOf(foreign[camel] ?? foreign[snake]);
}

/** The members of both; those that are objects in both are merged themselves. */
function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    if (value !== undefined) merged[key] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return merged;
}

/** Undefined in place of an object that says nothing. */
function filled(members: JsonObject): JsonObject | undefined {
  return Object.values(members).some((value) => value !== undefined) ? members : undefined;
}

/** Only an answer after a schema can be asked for, and its objects must be closed; older models of Claude cannot be asked at all. */
function encodeFormat({ format, model }: ChatRequest, dropped: Set<string>): JsonObject | undefined {
  if (format === undefined) return undefined;
  if (format.type === 'json' || !traitsOf(model).structured) {
    dropped.add('response_format');
    return undefined;
  }
  const { schema, name, description } = format;
  return { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(closedSchema(schema)), name, description } } };
}

function encodeTier(tier: string | undefined, dropped: Set<string>): JsonObject | undefined {
  if (tier === undefined || tier === 'auto') return undefined;
  if (SERVICE_TIERS.has(tier)) return { type: tier };
  dropped.add('service_tier');
  return undefined;
}
