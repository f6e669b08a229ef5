import type { Json, JsonObject } from '../../ir/json.ts';
import type { AnswerFormat, ChatRequest, ReasoningRequest, Sampling, Tool, ToolChoice } from '../../ir/request.ts';
import type { RouteParameters } from '../dialect.ts';
import {
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalString,
  remainder,
  requireArray,
  requireObject,
  requireString,
  unexpected,
} from '../read.ts';
import { decodeCache, decodeMessage, decodeSystem } from './request-decode-content.ts';
import { OWN, SERVICE_TIERS } from './vocabulary.ts';

const MODELLED = new Set([
  'model',
  'stream',
  'system',
  'messages',
  'tools',
  'tool_choice',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
]);

/** A client's request → canonical. `max_tokens` may be absent, as in requests that only count tokens. */
export function decodeRequest(wire: JsonObject, route: RouteParameters): ChatRequest {
  const tools = optionalArray(wire.tools, 'tools').map((tool, index) => decodeTool(requireObject(tool, `tools[${index}]`), `tools[${index}]`));
  const messages = requireArray(wire.messages, 'messages').flatMap((message, index) =>
    decodeMessage(requireObject(message, `messages[${index}]`), `messages[${index}]`),
  );
  const metadata = optionalObject(wire.metadata, 'metadata');
  const tier = optionalString(wire.service_tier, 'service_tier');
  const extra = unmodelled(wire);
  return {
    model: route.model ?? requireString(wire.model, 'model'),
    stream: route.stream ?? optionalBoolean(wire.stream, 'stream') ?? false,
    messages: [...decodeSystem(wire.system, 'system'), ...messages],
    tools: tools.length === 0 ? undefined : tools,
    ...decodeToolChoice(optionalObject(wire.tool_choice, 'tool_choice')),
    sampling: decodeSampling(wire),
    format: decodeFormat(wire),
    reasoning: decodeReasoning(wire),
    user: optionalString(metadata.user_id, 'metadata.user_id'),
    serviceTier: tier === undefined ? undefined : (SERVICE_TIERS.get(tier) ?? tier),
    extra: Object.keys(extra).length === 0 ? {} : { [OWN]: extra },
  };
}

/** Members without a canonical place, with the rest of those that have one in part. */
function unmodelled(wire: JsonObject): JsonObject {
  const parts = {
    metadata: rest(optionalObject(wire.metadata, 'metadata'), MODELLED_METADATA),
    output_config: rest(optionalObject(wire.output_config, 'output_config'), MODELLED_OUTPUT),
    thinking: thinkingRest(optionalObject(wire.thinking, 'thinking')),
  };
  return remainder({ ...wire, ...parts }, new Set([...MODELLED].filter((name) => !(name in parts))));
}

const MODELLED_METADATA = new Set(['user_id']);
const MODELLED_OUTPUT = new Set(['format', 'effort']);

function rest(value: JsonObject, modelled: ReadonlySet<string>): JsonObject | undefined {
  const left = remainder(value, modelled);
  return Object.keys(left).length === 0 ? undefined : left;
}

const THINKING_MODES: ReadonlyMap<string, ReasoningRequest['mode']> = new Map([
  ['enabled', 'enabled'],
  ['adaptive', 'adaptive'],
  ['disabled', 'disabled'],
]);

const DISPLAYS: ReadonlyMap<Json | undefined, boolean> = new Map([
  ['summarized', true],
  ['omitted', false],
]);

/** What `thinking` says beyond the canonical form; a way of thinking that it has no word for is kept as it is. */
export function thinkingRest(thinking: JsonObject): JsonObject | undefined {
  const modelled = new Set(['budget_tokens']);
  if (THINKING_MODES.has(String(thinking.type))) modelled.add('type');
  if (DISPLAYS.has(thinking.display)) modelled.add('display');
  return rest(thinking, modelled);
}

function decodeReasoning(wire: JsonObject): ReasoningRequest | undefined {
  const thinking = wire.thinking === undefined || wire.thinking === null ? undefined : requireObject(wire.thinking, 'thinking');
  const effort = optionalString(optionalObject(wire.output_config, 'output_config').effort, 'output_config.effort');
  if (thinking === undefined) return effort === undefined ? undefined : { effort };
  return {
    mode: THINKING_MODES.get(requireString(thinking.type, 'thinking.type')),
    effort,
    budgetTokens: optionalNumber(thinking.budget_tokens, 'thinking.budget_tokens'),
    visible: DISPLAYS.get(thinking.display),
  };
}

function decodeSampling(wire: JsonObject): Sampling {
  const stop = optionalArray(wire.stop_sequences, 'stop_sequences').map((word, index) => requireString(word, `stop_sequences[${index}]`));
  return {
    maxTokens: optionalNumber(wire.max_tokens, 'max_tokens'),
    temperature: optionalNumber(wire.temperature, 'temperature'),
    topP: optionalNumber(wire.top_p, 'top_p'),
    topK: optionalNumber(wire.top_k, 'top_k'),
    stop: stop.length === 0 ? undefined : stop,
  };
}

/** `output_config.format`, or `output_format` as it was called in its beta. */
function decodeFormat(wire: JsonObject): AnswerFormat | undefined {
  const config = optionalObject(wire.output_config, 'output_config');
  const [value, path] = config.format ? [config.format, 'output_config.format'] : [wire.output_format, 'output_format'];
  if (value === undefined || value === null) return undefined;
  const format = requireObject(value, path);
  if (format.type !== 'json_schema') throw unexpected(`${path}.type`, '"json_schema"', format.type);
  return { type: 'json_schema', schema: requireObject(format.schema, `${path}.schema`) };
}

const MODES: ReadonlyMap<Json | undefined, 'auto' | 'none' | 'required'> = new Map([
  ['auto', 'auto'],
  ['any', 'required'],
  ['none', 'none'],
]);

function decodeToolChoice(choice: JsonObject): Pick<ChatRequest, 'toolChoice' | 'parallelToolCalls'> {
  const serial = optionalBoolean(choice.disable_parallel_tool_use, 'tool_choice.disable_parallel_tool_use');
  const parallel = { parallelToolCalls: serial === undefined ? undefined : !serial };
  if (Object.keys(choice).length === 0) return parallel;
  return { toolChoice: choiceOf(choice), ...parallel };
}

function choiceOf(choice: JsonObject): ToolChoice {
  const mode = MODES.get(choice.type);
  if (mode !== undefined) return { mode };
  if (choice.type === 'tool') return { mode: 'tool', name: requireString(choice.name, 'tool_choice.name') };
  throw unexpected('tool_choice.type', '"auto", "any", "tool" or "none"', choice.type);
}

const MODELLED_TOOL = new Set(['type', 'name', 'description', 'input_schema', 'strict', 'cache_control']);

/** A tool with a schema of its own is the client's to run; every other one runs at the provider. */
function decodeTool(tool: JsonObject, path: string): Tool {
  const type = optionalString(tool.type, `${path}.type`) ?? 'custom';
  if (type !== 'custom') return { type: 'hosted', dialect: OWN, value: tool };
  const extra = remainder(tool, MODELLED_TOOL);
  return {
    type: 'function',
    name: requireString(tool.name, `${path}.name`),
    description: optionalString(tool.description, `${path}.description`),
    parameters: requireObject(tool.input_schema, `${path}.input_schema`),
    strict: optionalBoolean(tool.strict, `${path}.strict`),
    cache: decodeCache(tool.cache_control, `${path}.cache_control`),
    extra: Object.keys(extra).length === 0 ? undefined : { [OWN]: extra },
  };
}

function optionalObject(value: unknown, path: string): JsonObject {
  return value === undefined || value === null ? {} : requireObject(value, path);
}
