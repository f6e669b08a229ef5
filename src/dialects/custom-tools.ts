import type { ChatEvent } from '../ir/events.ts';
import type { AssistantMessage, ChatRequest, CustomTool, FunctionTool } from '../ir/request.ts';
import type { Dialect, Transducer, WireEvent } from './dialect.ts';
import { FreeText } from './free-text.ts';

/* Tools that take free text, for dialects whose tools take JSON only: each becomes a function with that text for its only argument. */

/** The names of the custom tools of a request. */
export function customToolNames({ tools = [] }: ChatRequest): ReadonlySet<string> {
  return new Set(tools.flatMap((tool) => (tool.type === 'custom' ? [tool.name] : [])));
}

/** The request with functions for its custom tools, and with the calls of such tools as calls of functions. */
export function withoutCustomTools(request: ChatRequest): ChatRequest {
  return {
    ...request,
    tools: request.tools?.map((tool) => (tool.type === 'custom' ? asFunction(tool) : tool)),
    messages: request.messages.map((message) => (message.role === 'assistant' ? withoutCustomCalls(message) : message)),
  };
}

function asFunction({ name, description, format }: CustomTool): FunctionTool {
  const grammar =
    format?.type === 'grammar' ? `The input must match this ${String(format.syntax)} grammar:\n${String(format.definition)}` : undefined;
  const input = { type: 'string', description: 'The input of the tool, as plain text.' };
  return {
    type: 'function',
    name,
    description: [description, grammar].filter((text) => text !== undefined).join('\n\n') || undefined,
    parameters: { type: 'object', properties: { input }, required: ['input'], additionalProperties: false },
  };
}

function withoutCustomCalls(message: AssistantMessage): AssistantMessage {
  const parts = message.parts.map((part) =>
    part.type === 'tool_call' && part.custom === true ? { ...part, custom: undefined, arguments: JSON.stringify({ input: part.arguments }) } : part,
  );
  return { ...message, parts };
}

/** The dialect with its answers turned back: calls of the functions that stand for custom tools are told as calls of those. */
export function withCustomCalls(dialect: Dialect, names: ReadonlySet<string>): Dialect {
  if (names.size === 0) return dialect;
  return {
    ...dialect,
    reply: { ...dialect.reply, decode: (wire) => pushAll(customCalls(names), dialect.reply.decode(wire)) },
    stream: { ...dialect.stream, decoder: () => chained(dialect.stream.decoder(), customCalls(names)) },
  };
}

function chained(decoder: Transducer<WireEvent, ChatEvent>, calls: Transducer<ChatEvent, ChatEvent>): Transducer<WireEvent, ChatEvent> {
  return {
    push: (wire) => decoder.push(wire).flatMap((event) => calls.push(event)),
    end: () => pushAll(calls, decoder.end()),
  };
}

function pushAll(calls: Transducer<ChatEvent, ChatEvent>, events: readonly ChatEvent[]): ChatEvent[] {
  return [...events.flatMap((event) => calls.push(event)), ...calls.end()];
}

/** The call that a text belongs to. */
interface OpenCall {
  readonly choice: number;
  readonly block: number;
  readonly text: FreeText;
}

function customCalls(names: ReadonlySet<string>): Transducer<ChatEvent, ChatEvent> {
  let open: OpenCall[] = [];
  const settle = (): ChatEvent[] => {
    const rest = open.map(({ choice, block, text }): ChatEvent => ({ type: 'tool_arguments', choice, block, text: text.end() }));
    open = [];
    return rest.filter((event) => event.type !== 'tool_arguments' || event.text !== '');
  };
  return {
    push(event) {
      if (event.type === 'tool_call' && names.has(event.name)) {
        const text = new FreeText();
        open.push({ choice: event.choice, block: event.block, text });
        return [{ ...event, custom: true, arguments: text.push(event.arguments) }];
      }
      if (event.type === 'tool_arguments') {
        const call = open.find(({ choice, block }) => choice === event.choice && block === event.block);
        return [call === undefined ? event : { ...event, text: call.text.push(event.text) }];
      }
      return event.type === 'finish' ? [...settle(), event] : [event];
    },
    end: settle,
  };
}
