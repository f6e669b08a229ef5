import { anthropicMessages } from '../anthropic-messages/index.ts';
import type { CountDialect } from '../count-dialect.ts';
import { remainder } from '../read.ts';

/** Members of a Messages request that the counting endpoint refuses: they say how to answer. */
const ANSWERING = new Set(['max_tokens', 'metadata', 'service_tier', 'stop_sequences', 'stream', 'temperature', 'top_k', 'top_p']);

/** Token counts of the Messages API: https://platform.claude.com/docs/en/api/messages-count-tokens */
export const anthropicCount: CountDialect = {
  chat: anthropicMessages,
  request: {
    decode: (wire, route) => anthropicMessages.request.decode(wire, route),
    encode: (request) => remainder(anthropicMessages.request.encode(request).wire, ANSWERING),
  },
  reply: {
    decode: ({ input_tokens: tokens }) => (typeof tokens === 'number' ? tokens : undefined),
    encode: (tokens) => ({ input_tokens: tokens }),
  },
};
