import type { JsonObject } from '../../ir/json.ts';
import type { ChatRequest, FunctionTool, Tool, ToolChoice } from '../../ir/request.ts';
import { hostedTool } from '../anthropic-messages/request-encode-tools.ts';
import { toolNames } from '../conversation.ts';
import { encodeCachePoint } from './request-encode-content.ts';
import { OWN } from './vocabulary.ts';

/** `toolConfig`; what cannot be expressed is added to `dropped`. */
export function encodeTools(request: ChatRequest, dropped: Set<string>): JsonObject | undefined {
  const offered = offeredTools(request);
  const tools = offered.flatMap((tool) => encodeTool(tool, dropped));
  const known = knownTools(request);
  if (request.toolChoice?.mode === 'none') {
    if (known.length === 0 || tools.length === 0) return known.length === 0 ? undefined : { tools: known };
    dropped.add('tool_choice');
    return { tools };
  }
  if (tools.length > 0) return { tools, toolChoice: encodeToolChoice(request.toolChoice) };
  return known.length === 0 ? undefined : { tools: known };
}

/** The tools of the request; a choice among some of them is made by offering no others. */
function offeredTools({ tools = [], toolChoice }: ChatRequest): readonly Tool[] {
  if (toolChoice?.mode !== 'allowed') return tools;
  const { names } = toolChoice;
  return tools.filter((tool) => tool.type === 'hosted' || names.includes(tool.name));
}

/** The API refuses tool calls and results in the history of a request without tools, so the tools of the history are declared. */
function knownTools({ messages }: ChatRequest): JsonObject[] {
  return [...new Set(toolNames(messages).values())].map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }));
}

function encodeTool(tool: Tool, dropped: Set<string>): JsonObject[] {
  if (tool.type === 'function') return [encodeFunction(tool, dropped), ...(tool.cache === undefined ? [] : [encodeCachePoint(tool.cache)])];
  if (tool.type === 'hosted' && tool.dialect === OWN) return [tool.value];
  if (claudesTool(tool) === undefined) dropped.add('tools');
  return [];
}

/**
 * `strict` is sent for callers of this API only: models differ in whether they take it, and those that do refuse many schemas with it
 * (https://github.com/BerriAI/litellm/pull/39115).
 */
function encodeFunction(tool: FunctionTool, dropped: Set<string>): JsonObject {
  const own = tool.extra?.[OWN];
  if (tool.strict === true && own?.strict === undefined) dropped.add('strict');
  return {
    toolSpec: {
      name: tool.name,
      // An empty description is refused.
      description: tool.description?.trim() ? tool.description : undefined,
      inputSchema: { json: { type: 'object', ...(tool.parameters ?? { properties: {} }) } },
      ...own,
    },
  };
}

function encodeToolChoice(choice: ToolChoice | undefined): JsonObject | undefined {
  if (choice === undefined) return undefined;
  if (choice.mode === 'tool') return { tool: { name: choice.name } };
  const isForced = choice.mode === 'required' || (choice.mode === 'allowed' && choice.required);
  return isForced ? { any: {} } : { auto: {} };
}

/** Claude's own tools have no form here and go to the model directly, in the form of its own API. */
export function claudesTools({ tools = [] }: ChatRequest): readonly JsonObject[] {
  return tools.map(claudesTool).filter((tool) => tool !== undefined);
}

function claudesTool(tool: Tool): JsonObject | undefined {
  return tool.type === 'hosted' && tool.dialect !== OWN ? hostedTool(tool) : undefined;
}
