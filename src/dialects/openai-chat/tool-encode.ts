import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, Tool, ToolChoice } from '../../ir/request.ts';
import { isObject } from '../read.ts';

/** `tools` and what goes with them; hosts refuse a choice among tools where there are none. */
export function encodeTools(request: ChatRequest, dropped: Set<string>): JsonObject | undefined {
  const tools = (request.tools ?? []).flatMap((tool) => encodeTool(tool, dropped));
  if (tools.length === 0) return undefined;
  return {
    tools,
    tool_choice: request.toolChoice === undefined ? undefined : encodeChoice(request.toolChoice, request.tools ?? []),
    parallel_tool_calls: request.parallelToolCalls,
  };
}

function encodeTool(tool: Tool, dropped: Set<string>): JsonObject[] {
  if (tool.type === 'hosted') {
    if (tool.dialect === 'openai-chat') return [tool.value];
    dropped.add(`tools.${typeof tool.value.type === 'string' ? tool.value.type : (Object.keys(tool.value)[0] ?? tool.dialect)}`);
    return [];
  }
  const { name, description } = tool;
  if (tool.type === 'custom') return [{ type: 'custom', custom: { name, description, format: tool.format } }];
  if (tool.cache !== undefined) dropped.add('cache_control');
  const { function: inFunction, ...rest } = tool.extra?.['openai-chat'] ?? {};
  const body = { name, description, parameters: tool.parameters, strict: tool.strict };
  return [{ ...rest, type: 'function', function: { ...(isObject(inFunction) ? inFunction : undefined), ...body } }];
}

function encodeChoice(choice: ToolChoice, tools: readonly Tool[]): JsonObject | string {
  if (choice.mode === 'tool') return nameTool(choice.name, tools);
  if (choice.mode !== 'allowed') return choice.mode;
  const [only] = choice.names;
  if (choice.required && choice.names.length === 1 && only !== undefined) return nameTool(only, tools);
  const allowed = choice.names.map((name) => nameTool(name, tools));
  return { type: 'allowed_tools', allowed_tools: { mode: choice.required ? 'required' : 'auto', tools: allowed } };
}

function nameTool(name: string, tools: readonly Tool[]): JsonObject {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return isCustom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}
