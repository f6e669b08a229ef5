import type { Json, JsonObject } from '../api/types.ts';
import { at, contentText, listAt, optionalNumber, optionalText, parsed, textAt } from '../chat/read.ts';

/** A call to be written as code. */
export interface CodeCall {
  /** Of the gateway, without a path: `http://127.0.0.1:8787`. */
  readonly origin: string;
  /** Headers for the gateway: `x-sluice-provider`, `x-sluice-config`. */
  readonly headers: Readonly<Record<string, string>>;
  /** In OpenAI's chat format. */
  readonly body: JsonObject;
  /** An API key of the gateway; undefined where it wants none. */
  readonly key?: string | undefined;
}

/** What stands where a client wants a key. */
export function keyIn({ key = 'none' }: CodeCall): string {
  return key;
}

/** A picture that is sent with a message. */
export interface Picture {
  /** `image/png`. */
  readonly type: string;
  /** In base64. */
  readonly data: string;
}

/** A turn of a conversation, apart from any dialect. */
export interface Turn {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
  readonly pictures: readonly Picture[];
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: Json }[];
  readonly results: readonly { readonly id: string; readonly name: string; readonly text: string }[];
}

/** What a call asks for, apart from any dialect. */
export interface Asked {
  readonly model: string;
  readonly system: string | undefined;
  readonly turns: readonly Turn[];
  readonly tools: readonly { readonly name: string; readonly description: string | undefined; readonly parameters: Json }[];
  /** A JSON schema of the answer. */
  readonly schema: Json | undefined;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly effort: string | undefined;
  readonly isStreamed: boolean;
}

/** What a body in OpenAI's chat format asks for. */
export function askedIn(body: JsonObject): Asked {
  const messages = listAt(body, 'messages');
  const system = messages.find((message) => textAt(message, 'role') === 'system');
  return {
    model: textAt(body, 'model'),
    system: system === undefined ? undefined : contentText(at(system, 'content')),
    turns: withResultsJoined(messages.filter((message) => message !== system).map((message) => turnOf(message, messages))),
    tools: listAt(body, 'tools').map((tool) => ({
      name: textAt(tool, 'function', 'name'),
      description: optionalText(tool, 'function', 'description'),
      parameters: (at(tool, 'function', 'parameters') ?? { type: 'object' }) as Json,
    })),
    schema: at(body, 'response_format', 'json_schema', 'schema') as Json | undefined,
    maxTokens: optionalNumber(body, 'max_tokens'),
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    effort: optionalText(body, 'reasoning_effort'),
    isStreamed: body['stream'] === true,
  };
}

function turnOf(message: unknown, all: readonly unknown[]): Turn {
  const role = textAt(message, 'role');
  const text = contentText(at(message, 'content'));
  const none = { text: '', pictures: [], calls: [], results: [] };
  if (role === 'tool') return { ...none, role, results: [{ ...calledAs(textAt(message, 'tool_call_id'), all), text }] };
  if (role !== 'assistant') return { ...none, role: 'user', text, pictures: listAt(message, 'content').flatMap(pictureOf) };
  const calls = listAt(message, 'tool_calls').map((call) => ({
    id: textAt(call, 'id'),
    name: textAt(call, 'function', 'name'),
    input: (parsed(textAt(call, 'function', 'arguments')) ?? {}) as Json,
  }));
  return { ...none, role, text, calls };
}

/** The name under which a tool was called. */
function calledAs(id: string, messages: readonly unknown[]): { readonly id: string; readonly name: string } {
  const calls = messages.flatMap((message) => listAt(message, 'tool_calls'));
  return {
    id,
    name: textAt(
      calls.find((call) => textAt(call, 'id') === id),
      'function',
      'name',
    ),
  };
}

function pictureOf(part: unknown): Picture[] {
  const [, type, data] = /^data:(image\/[\w+.-]+);base64,(.*)$/s.exec(textAt(part, 'image_url', 'url')) ?? [];
  return type === undefined || data === undefined ? [] : [{ type, data }];
}

/** Results of tools that were called at once are one turn. */
function withResultsJoined(turns: readonly Turn[]): readonly Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (turn.role === 'tool' && last?.role === 'tool') joined[joined.length - 1] = { ...last, results: [...last.results, ...turn.results] };
    else joined.push(turn);
  }
  return joined;
}
