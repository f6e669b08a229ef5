import type { Json, JsonObject } from '../../ir/json.ts';
import type { RequestCodec } from '../dialect.ts';
import { objectOf } from '../lenient.ts';
import { openaiRequest } from '../openai-chat/request.ts';
import { isObject, remainder } from '../read.ts';
import { fromChunks, toChunks } from './thoughts.ts';
import { OWN } from './vocabulary.ts';

/** Members that other hosts of OpenAI's format refuse. */
const OWN_MEMBERS: ReadonlySet<string> = new Set(['guardrails', 'prompt_mode', 'safe_prompt']);

/** Requests: OpenAI's, with members and chunks of Mistral's own (https://docs.mistral.ai/api/endpoint/chat). */
export const mistralRequest = {
  decode({ random_seed: seed, messages, ...wire }, route) {
    const shared = { ...remainder(wire, OWN_MEMBERS), seed: wire['seed'] ?? seed, messages: mapMessages(messages, fromMessage) };
    const request = openaiRequest.decode(shared, route);
    const own = remainder(wire, new Set(Object.keys(shared)));
    return Object.keys(own).length === 0 ? request : { ...request, extra: { ...request.extra, [OWN]: own } };
  },
  encode(request) {
    const { [OWN]: own, ...extra } = request.extra;
    const { wire, dropped } = openaiRequest.encode({ ...request, extra });
    const { seed, max_completion_tokens: limit, stream_options: _, ...rest } = wire;
    return { wire: { ...own, ...rest, random_seed: seed, max_tokens: limit, messages: mapMessages(wire['messages'], toMessage) }, dropped };
  },
} as const satisfies RequestCodec;

/** What is no list of messages is left to be refused where messages are read. */
function mapMessages(messages: Json | undefined, change: (message: JsonObject) => JsonObject): Json | undefined {
  return Array.isArray(messages) ? messages.map((message: Json) => (isObject(message) ? change(message) : message)) : messages;
}

function fromMessage(message: JsonObject): JsonObject {
  if (message['role'] === 'assistant') return fromChunks(fromAnswer(message));
  return Array.isArray(message['content']) ? { ...message, content: message['content'].map(fromChunk) } : message;
}

/** Clients say of every answer that it is no prefix, and send back what it refers to. */
function fromAnswer({ prefix, ...message }: JsonObject): JsonObject {
  const { content } = message;
  const answer = Array.isArray(content) ? { ...message, content: content.filter((chunk: Json) => objectOf(chunk)['type'] !== 'reference') } : message;
  return prefix === true ? { ...answer, prefix } : answer;
}

function toMessage(message: JsonObject): JsonObject {
  return message['role'] === 'assistant' ? toChunks(message) : message;
}

/** Documents and files, which OpenAI has in another form. */
function fromChunk(chunk: Json): Json {
  const { type, document_url: url, document_name: name, file_id: id } = objectOf(chunk);
  if (type === 'document_url') return { type: 'file', file: { file_url: url, filename: name ?? undefined } };
  return type === 'file' && id !== undefined ? { type: 'file', file: { file_id: id } } : chunk;
}
