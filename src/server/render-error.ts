import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { ErrorCodec } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { isObject } from '../dialects/read.ts';
import type { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';

const BY_SHAPE: Readonly<Record<string, ErrorCodec>> = { 'anthropic-messages': anthropicMessages.error, gemini: gemini.error };

/**
 * The body of an error in the shape of the endpoint's dialect. OpenAI-shaped bodies also carry what Portkey's clients look for: the
 * provider's name, in front of its message and as a member, and for errors of the gateway's own `status`, `message` and `errors`.
 */
export function renderError(error: GatewayError, endpoint: Endpoint | undefined): JsonObject {
  const foreign = foreignCodec(endpoint);
  if (foreign !== undefined) return withNative(foreign.encode(error.info), error, foreign);
  const codec = endpoint?.kind === 'chat' ? endpoint.dialect.error : openaiChat.error;
  if (error.code === 'upstream_error') {
    const message = error.provider === undefined ? error.message : `${error.provider} error: ${error.message}`;
    return { ...withNative(codec.encode({ ...error.info, message }), error, codec), provider: error.provider };
  }
  const legacy = { status: 'failure', message: error.message };
  return { ...codec.encode(error.info), ...legacy, ...(error.details.length > 0 ? { errors: error.details } : {}) };
}

/** The error codec of an endpoint whose clients do not expect OpenAI's shape. */
function foreignCodec(endpoint: Endpoint | undefined): ErrorCodec | undefined {
  switch (endpoint?.kind) {
    case 'chat':
    case 'embed':
      return endpoint.dialect.id.startsWith('openai-') ? undefined : endpoint.dialect.error;
    case 'count':
      return endpoint.counting.chat.error;
    case 'models':
      return BY_SHAPE[endpoint.shape];
    default:
      return undefined;
  }
}

/** The body with whatever else the provider said, where it spoke the client's dialect: what was exceeded, when to ask again, which request it was. */
function withNative(body: JsonObject, { native }: GatewayError, codec: ErrorCodec): JsonObject {
  if (native?.codec !== codec) return body;
  const said = native.body as JsonObject;
  // Hosts of a dialect may have errors of their own shape, whose members would make no sense beside these.
  const isOfItsShape = Object.entries(body).every(([name, value]) => !isObject(value) || isObject(said[name]));
  return isOfItsShape ? completed(body, said) : body;
}

function completed(body: JsonObject, said: JsonObject): JsonObject {
  const members = Object.entries(body).filter(([, value]) => value !== undefined);
  const known = members.map(([name, value]) => [name, isObject(value) && isObject(said[name]) ? completed(value, said[name]) : value]);
  return { ...said, ...(Object.fromEntries(known) as JsonObject) };
}
