import type { JsonObject } from '../../ir/json.ts';
import type { CacheHint, ChatRequest, FunctionTool, HostedTool, Tool, ToolChoice } from '../../ir/request.ts';
import { toolNames } from '../conversation.ts';
import { objectOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import type { ModelTraits } from './models.ts';
import { isForced } from './request-encode-reasoning.ts';
import { FOREIGN_TOOL_MEMBERS, OWN } from './vocabulary.ts';

/** The members of a request that are about tools; what could not be expressed is added to `dropped`. */
export function encodeTools(request: ChatRequest, traits: ModelTraits, dropped: Set<string>): JsonObject {
  const offered = offeredTools(request);
  const tools = offered.map((tool) => encodeTool(tool, traits)).filter((tool) => tool !== undefined);
  if (tools.length < offered.length) dropped.add('tools');
  if (tools.length > 0) return { tools, tool_choice: encodeToolChoice(request, traits, dropped) };
  const known = knownTools(request);
  return known.length === 0 ? {} : { tools: known, tool_choice: { type: 'none' } };
}

/** The tools of the request; a choice among some of them is made by offering no others. */
function offeredTools({ tools = [], toolChoice }: ChatRequest): readonly Tool[] {
  if (toolChoice?.mode !== 'allowed') return tools;
  const { names } = toolChoice;
  return tools.filter((tool) => tool.type === 'hosted' || names.includes(tool.name));
}

/** The API refuses tool calls and results in the history of a request without tools, so the tools of the history are declared. */
function knownTools({ messages }: ChatRequest): JsonObject[] {
  return [...new Set(toolNames(messages).values())].map((name) => ({ name, input_schema: inputSchema(undefined) }));
}

function encodeTool(tool: Tool, traits: ModelTraits): JsonObject | undefined {
  if (tool.type === 'function') return encodeFunction(tool, traits);
  return tool.type === 'hosted' ? hostedTool(tool) : undefined;
}

function encodeFunction(tool: FunctionTool, traits: ModelTraits): JsonObject {
  return {
    name: tool.name,
    description: tool.description,
    input_schema: inputSchema(tool.parameters),
    strict: tool.strict === true && traits.structured ? true : undefined,
    ...foreignMembers(tool.extra?.['openai-chat']),
    ...tool.extra?.[OWN],
    cache_control: encodeCache(tool.cache),
  };
}

/** OpenAI-style requests carry them beside the function or inside it. */
function foreignMembers(extra: JsonObject | undefined): JsonObject {
  return { ...pick(extra, FOREIGN_TOOL_MEMBERS), ...pick(objectOf(extra?.function), FOREIGN_TOOL_MEMBERS) };
}

/** The API demands an object type at the top, and takes every other keyword as it comes. */
function inputSchema(schema: JsonObject | undefined): JsonObject {
  return schema?.type === 'object' ? schema : { type: 'object', properties: {}, ...schema };
}

const VERSIONED = /_20\d{6}$/;

/**
 * A tool that the provider runs. OpenAI-style requests carry Anthropic's under their versioned type, or as
 * `{type: name, [name]: {name: versioned type, …}}`, which is how Portkey's clients write them.
 */
export function hostedTool({ dialect, value }: HostedTool): JsonObject | undefined {
  if (dialect === OWN) return value;
  const type = String(value.type);
  if (VERSIONED.test(type)) return value;
  const nested = value[type];
  if (!isObject(nested) || !VERSIONED.test(String(nested.name))) return undefined;
  return { ...nested, name: type, type: nested.name };
}

const CHOICES: Readonly<Record<'auto' | 'none' | 'required', string>> = { auto: 'auto', none: 'none', required: 'any' };

function encodeToolChoice(request: ChatRequest, traits: ModelTraits, dropped: Set<string>): JsonObject | undefined {
  const serial = request.parallelToolCalls === false ? true : undefined;
  // Models that always think refuse a forced call, at every effort.
  const isRefused = traits.thinking === 'always' && isForced(request);
  if (isRefused) dropped.add('tool_choice');
  const choice = isRefused ? { type: 'auto' } : wireChoice(request.toolChoice);
  if (choice === undefined) return serial && { type: 'auto', disable_parallel_tool_use: serial };
  return choice.type === 'none' ? choice : { ...choice, disable_parallel_tool_use: serial };
}

function wireChoice(choice: ToolChoice | undefined): { readonly type: string; readonly name?: string } | undefined {
  if (choice === undefined) return undefined;
  if (choice.mode === 'tool') return { type: 'tool', name: choice.name };
  if (choice.mode === 'allowed') return { type: choice.required ? 'any' : 'auto' };
  return { type: CHOICES[choice.mode] };
}

/** A cache hint → `cache_control`. */
export function encodeCache(cache: CacheHint | undefined): JsonObject | undefined {
  return cache === undefined ? undefined : { type: 'ephemeral', ttl: cache.ttl };
}

/** The members of an object that have one of the names. */
export function pick(source: JsonObject | undefined, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(source ?? {}).filter(([name]) => names.includes(name)));
}
