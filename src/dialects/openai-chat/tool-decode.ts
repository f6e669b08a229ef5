import type { JsonObject } from '../../ir/json.ts';
import type { CacheHint, FunctionTool, Tool, ToolChoice } from '../../ir/request.ts';
import {
  isObject,
  optionalArray,
  optionalBoolean,
  optionalString,
  remainder,
  requireArray,
  requireObject,
  requireString,
  unexpected,
} from '../read.ts';

/** `tools` and the older `functions`, in this order. Tools that are neither functions nor custom are the host's own. */
export function decodeTools(tools: unknown, functions: unknown): readonly Tool[] | undefined {
  const all = [
    ...optionalArray(tools, 'tools').map((tool, index) => decodeTool(requireObject(tool, `tools[${index}]`), `tools[${index}]`)),
    ...optionalArray(functions, 'functions').map((item, index) => decodeFunction(requireObject(item, `functions[${index}]`), `functions[${index}]`)),
  ];
  return all.length > 0 ? all : undefined;
}

function decodeTool(tool: JsonObject, path: string): Tool {
  const type = optionalString(tool.type, `${path}.type`) ?? 'function';
  if (type === 'custom') return decodeCustom(requireObject(tool.custom, `${path}.custom`), `${path}.custom`);
  if (type !== 'function') return { type: 'hosted', dialect: 'openai-chat', value: tool };
  const decoded = decodeFunction(requireObject(tool.function, `${path}.function`), `${path}.function`);
  const rest = remainder(tool, TOOL_MEMBERS);
  const extra: JsonObject = { ...decoded.extra?.['openai-chat'], ...rest };
  return {
    ...decoded,
    cache: decodeCache(tool.cache_control),
    extra: Object.keys(extra).length > 0 ? { 'openai-chat': extra } : undefined,
  };
}

const TOOL_MEMBERS: ReadonlySet<string> = new Set(['type', 'function', 'cache_control']);
const FUNCTION_MEMBERS: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict']);

/** Unmodelled members are kept where they stood: those of the function under `function`. */
function decodeFunction(value: JsonObject, path: string): FunctionTool {
  const rest = remainder(value, FUNCTION_MEMBERS);
  const { parameters } = value;
  return {
    type: 'function',
    name: requireString(value.name, `${path}.name`),
    description: optionalString(value.description, `${path}.description`),
    parameters: parameters === undefined || parameters === null ? undefined : requireObject(parameters, `${path}.parameters`),
    strict: optionalBoolean(value.strict, `${path}.strict`),
    extra: Object.keys(rest).length > 0 ? { 'openai-chat': { function: rest } } : undefined,
  };
}

function decodeCustom(value: JsonObject, path: string): Tool {
  return {
    type: 'custom',
    name: requireString(value.name, `${path}.name`),
    description: optionalString(value.description, `${path}.description`),
    format: isObject(value.format) ? value.format : undefined,
  };
}

/** `cache_control`, the prompt-cache breakpoint that Anthropic's clients set. */
export function decodeCache(value: unknown): CacheHint | undefined {
  if (!isObject(value)) return undefined;
  return typeof value.ttl === 'string' ? { ttl: value.ttl } : {};
}

const MODES: Readonly<Record<string, ToolChoice>> = {
  auto: { mode: 'auto' },
  none: { mode: 'none' },
  required: { mode: 'required' },
  any: { mode: 'required' },
};

/** `tool_choice` as a word or an object; the older `function_call` counts where there is none. */
export function decodeToolChoice(choice: unknown, functionCall: unknown): ToolChoice | undefined {
  if (choice === undefined || choice === null) return decodeFunctionChoice(functionCall);
  if (typeof choice === 'string') return wordChoice(choice, 'tool_choice');
  const value = requireObject(choice, 'tool_choice');
  const type = requireString(value.type, 'tool_choice.type');
  if (type === 'allowed_tools') return decodeAllowed(value);
  if (type === 'function' || type === 'custom' || type === 'tool') return { mode: 'tool', name: chosenName(value, 'tool_choice') };
  return wordChoice(type, 'tool_choice.type');
}

function wordChoice(word: string, path: string): ToolChoice {
  const choice = Object.hasOwn(MODES, word) ? MODES[word] : undefined;
  if (choice === undefined) throw unexpected(path, '"auto", "none", "required" or a tool', word);
  return choice;
}

function decodeFunctionChoice(choice: unknown): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (typeof choice === 'string') return wordChoice(choice, 'function_call');
  return { mode: 'tool', name: requireString(requireObject(choice, 'function_call').name, 'function_call.name') };
}

function chosenName(value: JsonObject, path: string): string {
  const body = [value.function, value.custom].find(isObject);
  return requireString(body === undefined ? value.name : body.name, body === undefined ? `${path}.name` : `${path}.${String(value.type)}.name`);
}

function decodeAllowed(value: JsonObject): ToolChoice {
  const path = 'tool_choice.allowed_tools';
  const allowed = isObject(value.allowed_tools) ? value.allowed_tools : value;
  const tools = requireArray(allowed.tools, `${path}.tools`);
  return {
    mode: 'allowed',
    names: tools.map((tool, index) => chosenName(requireObject(tool, `${path}.tools[${index}]`), `${path}.tools[${index}]`)),
    required: allowed.mode === 'required',
  };
}
