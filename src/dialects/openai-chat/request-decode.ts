import type { JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, ReasoningRequest, Sampling } from '../../ir/request.ts';
import type { RouteParameters } from '../dialect.ts';
import {
  isObject,
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalString,
  remainder,
  requireObject,
  requireString,
  unexpected,
} from '../read.ts';
import { decodeMessages } from './message-decode.ts';
import { decodeToolChoice, decodeTools } from './tool-decode.ts';

/** Members that have a place in the canonical form and are written again from there. */
const MODELLED: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'messages',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'n',
  'logprobs',
  'top_logprobs',
  'response_format',
  'reasoning_effort',
  'user',
  'service_tier',
  'modalities',
]);

/**
 * Reads what clients post to `/v1/chat/completions`: OpenAI's members, and the extensions in use around them. `top_k`, `thinking` and
 * `reasoning` are understood and yet kept under the dialect's own name, because hosts that speak it want them in just this form.
 */
export function decodeRequest(wire: JsonObject, route: RouteParameters): ChatRequest {
  const format = decodeFormat(wire.response_format);
  const logprobs = typeof wire.logprobs === 'number' ? undefined : optionalBoolean(wire.logprobs, 'logprobs');
  return {
    model: optionalString(wire.model, 'model') ?? route.model ?? '',
    stream: optionalBoolean(wire.stream, 'stream') ?? route.stream ?? false,
    messages: decodeMessages(wire.messages),
    tools: decodeTools(wire.tools, wire.functions),
    toolChoice: decodeToolChoice(wire.tool_choice, wire.function_call),
    parallelToolCalls: optionalBoolean(wire.parallel_tool_calls, 'parallel_tool_calls'),
    sampling: decodeSampling(wire, logprobs),
    format,
    reasoning: decodeReasoning(wire),
    user: optionalString(wire.user, 'user'),
    serviceTier: optionalString(wire.service_tier, 'service_tier'),
    modalities: decodeModalities(wire.modalities),
    extra: { 'openai-chat': keep(wire, { format, logprobs }) },
  };
}

function keep(wire: JsonObject, read: { readonly format: AnswerFormat | undefined; readonly logprobs: boolean | undefined }): JsonObject | undefined {
  const rest: JsonObject = {
    ...remainder(wire, MODELLED),
    ...(read.format === undefined && isObject(wire.response_format) ? { response_format: wire.response_format } : undefined),
    ...(read.logprobs === undefined && typeof wire.logprobs === 'number' ? { logprobs: wire.logprobs } : undefined),
  };
  return Object.keys(rest).length > 0 ? rest : undefined;
}

function decodeSampling(wire: JsonObject, logprobs: boolean | undefined): Sampling {
  return {
    maxTokens: optionalNumber(wire.max_completion_tokens, 'max_completion_tokens') ?? optionalNumber(wire.max_tokens, 'max_tokens'),
    temperature: optionalNumber(wire.temperature, 'temperature'),
    topP: optionalNumber(wire.top_p, 'top_p'),
    topK: optionalNumber(wire.top_k, 'top_k'),
    stop: decodeStop(wire.stop),
    seed: optionalNumber(wire.seed, 'seed'),
    presencePenalty: optionalNumber(wire.presence_penalty, 'presence_penalty'),
    frequencyPenalty: optionalNumber(wire.frequency_penalty, 'frequency_penalty'),
    choices: optionalNumber(wire.n, 'n'),
    logprobs,
    topLogprobs: optionalNumber(wire.top_logprobs, 'top_logprobs'),
  };
}

/** `stop` as one text or a list of texts. */
export function decodeStop(stop: unknown): readonly string[] | undefined {
  if (stop === undefined || stop === null) return undefined;
  if (typeof stop === 'string') return [stop];
  if (!Array.isArray(stop)) throw unexpected('stop', 'a string or a list of strings', stop);
  return stop.length > 0 ? stop.map((item, index) => requireString(item, `stop[${index}]`)) : undefined;
}

function decodeModalities(value: unknown): readonly string[] | undefined {
  const list = optionalArray(value, 'modalities').map((item, index) => requireString(item, `modalities[${index}]`).toLowerCase());
  return list.length > 0 ? list : undefined;
}

/** Kinds of answer that only some hosts know stay unread and are kept as they are. */
function decodeFormat(value: unknown): AnswerFormat | undefined {
  if (value === undefined || value === null) return undefined;
  const format = requireObject(value, 'response_format');
  const type = requireString(format.type, 'response_format.type');
  const bare = [format.schema, type === 'json_object' ? format.json_schema : undefined].find(isObject);
  if (type === 'json_schema' || (type === 'json_object' && bare !== undefined)) return decodeSchemaFormat(format, bare);
  return type === 'json_object' ? { type: 'json' } : undefined;
}

function decodeSchemaFormat(format: JsonObject, bare: JsonObject | undefined): AnswerFormat {
  if (bare !== undefined) return { type: 'json_schema', schema: bare };
  const path = 'response_format.json_schema';
  const description = requireObject(format.json_schema, path);
  return {
    type: 'json_schema',
    schema: description.schema === undefined ? {} : requireObject(description.schema, `${path}.schema`),
    name: optionalString(description.name, `${path}.name`),
    description: optionalString(description.description, `${path}.description`),
    strict: optionalBoolean(description.strict, `${path}.strict`),
  };
}

const MODES: Readonly<Record<string, ReasoningRequest['mode']>> = {
  enabled: 'enabled',
  disabled: 'disabled',
  adaptive: 'adaptive',
  auto: 'adaptive',
};

/** `reasoning_effort`, Anthropic's `thinking` and the object `reasoning`, whichever are there; the first to say something counts. */
function decodeReasoning(wire: JsonObject): ReasoningRequest | undefined {
  const said = [decodeEffort(wire.reasoning_effort), decodeThinking(wire.thinking), decodeReasoningObject(wire.reasoning)].filter(
    (request) => request !== undefined,
  );
  if (said.length === 0) return undefined;
  const first = <Key extends keyof ReasoningRequest>(key: Key) => said.find((request) => request[key] !== undefined)?.[key];
  return {
    mode: first('mode'),
    effort: first('effort'),
    budgetTokens: first('budgetTokens'),
    visible: first('visible'),
    summary: first('summary'),
  };
}

function decodeEffort(value: unknown): ReasoningRequest | undefined {
  const effort = optionalString(value, 'reasoning_effort');
  return effort === undefined ? undefined : { effort };
}

function decodeThinking(value: unknown): ReasoningRequest | undefined {
  if (!isObject(value)) return undefined;
  const type = optionalString(value.type, 'thinking.type') ?? '';
  return {
    mode: Object.hasOwn(MODES, type) ? MODES[type] : undefined,
    budgetTokens: optionalNumber(value.budget_tokens, 'thinking.budget_tokens'),
  };
}

function decodeReasoningObject(value: unknown): ReasoningRequest | undefined {
  if (!isObject(value)) return undefined;
  const { enabled, exclude } = value;
  return {
    mode: typeof enabled === 'boolean' ? (enabled ? 'enabled' : 'disabled') : undefined,
    effort: optionalString(value.effort, 'reasoning.effort'),
    budgetTokens: optionalNumber(value.max_tokens, 'reasoning.max_tokens'),
    visible: typeof exclude === 'boolean' ? !exclude : undefined,
    summary: optionalString(value.summary, 'reasoning.summary'),
  };
}
