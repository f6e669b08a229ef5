import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { ErrorCodec } from '../dialects/dialect.ts';
import { gemini } from '../dialects/gemini/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
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
  if (foreign !== undefined) return foreign.encode(error.info);
  const codec = endpoint?.kind === 'chat' ? endpoint.dialect.error : openaiChat.error;
  if (error.code === 'upstream_error') {
    const message = error.provider === undefined ? error.message : `${error.provider} error: ${error.message}`;
    return { ...codec.encode({ ...error.info, message }), provider: error.provider };
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
