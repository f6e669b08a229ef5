import { openaiChat } from '../dialects/openai-chat/index.ts';
import type { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';

/**
 * The body of an error in the shape of the endpoint's dialect. OpenAI-shaped bodies also carry what Portkey's clients look for: the
 * provider's name, in front of its message and as a member, and for errors of the gateway's own `status`, `message` and `errors`.
 */
export function renderError(error: GatewayError, endpoint: Endpoint | undefined): JsonObject {
  const codec = endpoint === undefined || endpoint.kind === 'passthrough' ? openaiChat.error : endpoint.dialect.error;
  const isOpenAI = endpoint === undefined || endpoint.kind === 'passthrough' || endpoint.dialect.id.startsWith('openai-');
  if (!isOpenAI) return codec.encode(error.info);
  if (error.code === 'upstream_error') {
    const message = error.provider === undefined ? error.message : `${error.provider} error: ${error.message}`;
    return { ...codec.encode({ ...error.info, message }), provider: error.provider };
  }
  const legacy = { status: 'failure', message: error.message };
  return { ...codec.encode(error.info), ...legacy, ...(error.details.length > 0 ? { errors: error.details } : {}) };
}
