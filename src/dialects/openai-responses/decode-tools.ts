import type { JsonObject } from '../../ir/json.ts';
import type { Tool, ToolChoice } from '../../ir/request.ts';
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
import { OWN } from './vocabulary.ts';

/** Reads the tools; those that the provider runs itself are kept as they are. */
export function decodeTools(value: unknown): readonly Tool[] | undefined {
  const tools = optionalArray(value, 'tools').map((entry, index) => decodeTool(requireObject(entry, `tools[${index}]`), `tools[${index}]`));
  return tools.length === 0 ? undefined : tools;
}

function decodeTool(tool: JsonObject, path: string): Tool {
  switch (requireString(tool.type, `${path}.type`)) {
    case 'function':
      return decodeFunctionTool(tool, path);
    case 'custom':
      return {
        type: 'custom',
        name: requireString(tool.name, `${path}.name`),
        description: optionalString(tool.description, `${path}.description`),
        format: optionalObject(tool.format, `${path}.format`),
      };
    default:
      return { type: 'hosted', dialect: OWN, value: tool };
  }
}

const FUNCTION_MEMBERS = new Set(['type', 'name', 'description', 'parameters', 'strict']);

/**
 * `strict: false` is what other dialects mean by leaving it out. Leaving it out means «strict where the schema allows it» here, which only
 * this dialect can say: the presence of the tool's own record tells.
 */
function decodeFunctionTool(tool: JsonObject, path: string): Tool {
  const strict = optionalBoolean(tool.strict, `${path}.strict`);
  const rest = remainder(tool, FUNCTION_MEMBERS);
  return {
    type: 'function',
    name: requireString(tool.name, `${path}.name`),
    description: optionalString(tool.description, `${path}.description`),
    parameters: optionalObject(tool.parameters, `${path}.parameters`),
    strict: strict === true ? true : undefined,
    extra: strict === undefined || Object.keys(rest).length > 0 ? { [OWN]: strict === false ? { ...rest, strict } : rest } : undefined,
  };
}

function optionalObject(value: unknown, path: string): JsonObject | undefined {
  return value === undefined || value === null ? undefined : requireObject(value, path);
}

/** Reads the tool choice; a choice of the provider's own tools has no canonical form and is undefined. */
export function decodeToolChoice(value: unknown): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'auto' || value === 'none' || value === 'required') return { mode: value };
  if (!isObject(value)) throw unexpected('tool_choice', 'auto, none, required or an object', value);
  switch (requireString(value.type, 'tool_choice.type')) {
    case 'function':
    case 'custom':
      return { mode: 'tool', name: requireString(value.name, 'tool_choice.name') };
    case 'allowed_tools':
      return decodeAllowedTools(value);
    default:
      return undefined;
  }
}

function decodeAllowedTools(choice: JsonObject): ToolChoice | undefined {
  if (choice.mode !== 'auto' && choice.mode !== 'required') throw unexpected('tool_choice.mode', 'auto or required', choice.mode);
  const tools = requireArray(choice.tools, 'tool_choice.tools').map((entry, index) => requireObject(entry, `tool_choice.tools[${index}]`));
  if (!tools.every((tool) => tool.type === 'function' || tool.type === 'custom')) return undefined;
  const names = tools.map((tool, index) => requireString(tool.name, `tool_choice.tools[${index}].name`));
  return { mode: 'allowed', names, required: choice.mode === 'required' };
}
