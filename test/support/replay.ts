import type { DialectId } from '../../src/ir/dialect-id.ts';
import type { Json, JsonObject } from '../../src/ir/json.ts';

/** A call in an answer. */
export interface Called {
  readonly id: string;
  readonly name: string;
}

/** The next request of a client: what it asked, the answer as it came, and the results of the calls in it. */
type Replay = (asked: JsonObject, reply: JsonObject, calls: readonly Called[]) => JsonObject;

const RESULT = 'rain';

/** How clients of each dialect go on, as the references of the APIs and the official clients have it. */
export const REPLAYS: { readonly [id in DialectId]?: Replay } = {
  'openai-chat': openaiReplay,
  'mistral-chat': openaiReplay,
  'cohere-chat': (asked, reply, calls) => appended(asked, 'messages', [reply['message'], ...calls.map(toolMessage)]),
  'openai-responses': (asked, reply, calls) =>
    appended(asked, 'input', [...listIn(reply, 'output'), ...calls.map(({ id }) => ({ type: 'function_call_output', call_id: id, output: RESULT }))]),
  'anthropic-messages': (asked, reply, calls) => {
    const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: RESULT }));
    return appended(asked, 'messages', [
      { role: 'assistant', content: reply['content'] },
      { role: 'user', content: results },
    ]);
  },
  gemini: (asked, reply, calls) => {
    const results = calls.map(({ id, name }) => ({ functionResponse: { id, name, response: { result: RESULT } } }));
    return appended(asked, 'contents', [(listIn(reply, 'candidates')[0] as JsonObject)['content'], { role: 'user', parts: results }]);
  },
  'bedrock-converse': (asked, reply, calls) => {
    const results = calls.map(({ id }) => ({ toolResult: { toolUseId: id, content: [{ text: RESULT }] } }));
    return appended(asked, 'messages', [(reply['output'] as JsonObject)['message'], { role: 'user', content: results }]);
  },
};

function openaiReplay(asked: JsonObject, reply: JsonObject, calls: readonly Called[]): JsonObject {
  return appended(asked, 'messages', [(listIn(reply, 'choices')[0] as JsonObject)['message'], ...calls.map(toolMessage)]);
}

function toolMessage({ id }: Called): JsonObject {
  return { role: 'tool', tool_call_id: id, content: RESULT };
}

function appended(request: JsonObject, name: string, more: readonly (Json | undefined)[]): JsonObject {
  return { ...request, [name]: [...listIn(request, name), ...more] as Json };
}

function listIn(value: JsonObject, name: string): readonly Json[] {
  return value[name] as readonly Json[];
}
