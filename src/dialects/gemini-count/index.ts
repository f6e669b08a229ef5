import type { CountDialect } from '../count-dialect.ts';
import { gemini } from '../gemini/index.ts';
import { isObject } from '../read.ts';

/** Token counts of the Gemini API: https://ai.google.dev/api/tokens. Clients send the contents alone or a whole request. */
export const geminiCount: CountDialect = {
  chat: gemini,
  request: {
    decode: (wire, route) => {
      const whole = wire['generateContentRequest'] ?? wire['generate_content_request'];
      return gemini.request.decode(isObject(whole) ? whole : wire, route);
    },
    encode: (request) => ({ generateContentRequest: { model: `models/${request.model}`, ...gemini.request.encode(request).wire } }),
  },
  reply: {
    decode: ({ totalTokens: tokens }) => (typeof tokens === 'number' ? tokens : undefined),
    encode: (tokens) => ({ totalTokens: tokens }),
  },
};
