import type { Json, JsonObject } from '../../ir/json.ts';
import type { Tool, ToolChoice } from '../../ir/request.ts';
import { objectOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { OWN } from './vocabulary.ts';

/** Writes the tools that this dialect can express; `undefined` for those that only another one can. */
export function encodeTool(tool: Tool): JsonObject | undefined {
  switch (tool.type) {
    case 'function':
      return encodeFunctionTool(tool);
    case 'custom':
      return { type: 'custom', name: tool.name, description: tool.description, format: tool.format };
    case 'hosted':
      return tool.dialect === OWN ? tool.value : undefined;
  }
}

/** A tool without `strict` would be made strict by the API, against what every other dialect means. */
function encodeFunctionTool(tool: Extract<Tool, { type: 'function' }>): JsonObject {
  const own = tool.extra?.[OWN];
  return {
    type: 'function',
    name: tool.name,
    description: tool.description,
    parameters: tool.parameters ?? { type: 'object', properties: {} },
    strict: tool.strict ?? (own === undefined ? false : undefined),
    ...own,
  };
}

/** The search tool that a chat request asks for by an option. */
export function searchTool(options: Json | undefined): JsonObject | undefined {
  if (!isObject(options)) return undefined;
  const place = objectOf(options.user_location);
  const location = isObject(place.approximate) ? { type: 'approximate', ...place.approximate } : undefined;
  return { type: 'web_search', search_context_size: options.search_context_size, user_location: location };
}

/** Writes the tool choice; tools are named together with their type. */
export function encodeToolChoice(choice: ToolChoice | undefined, tools: readonly Tool[]): string | JsonObject | undefined {
  switch (choice?.mode) {
    case 'tool':
      return named(choice.name, tools);
    case 'allowed':
      return { type: 'allowed_tools', mode: choice.required ? 'required' : 'auto', tools: choice.names.map((name) => named(name, tools)) };
    default:
      return choice?.mode;
  }
}

function named(name: string, tools: readonly Tool[]): JsonObject {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return { type: isCustom ? 'custom' : 'function', name };
}
