import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Perplexity, OpenAI-compatible. */
export const perplexityAi = defineProvider({
  id: 'perplexity-ai',
  name: 'Perplexity',
  docs: 'https://docs.perplexity.ai/api-reference/chat-completions-post',
  otelName: 'perplexity',
  baseURL: 'https://api.perplexity.ai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'PERPLEXITY_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      // Its Agent API; the models there, which other makers' names stand before, are not those of the chat API.
      { dialect: openaiResponses, path: '/v1/responses', when: { model: /\// }, assumed: 'own-host' },
    ],
  },
});
