import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { ranges, thoughtsInReasoning } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** OpenRouter, OpenAI-compatible. */
export const openrouter = defineProvider({
  id: 'openrouter',
  name: 'OpenRouter',
  docs: 'https://openrouter.ai/docs/api-reference/chat-completion',
  baseURL: 'https://openrouter.ai/api',
  auth: [{ scheme: 'bearer' }],
  options: [
    { name: 'openrouter_referer', bareHeader: 'http-referer', sendAs: 'http-referer', description: 'URL of the application, for rankings.' },
    { name: 'openrouter_title', bareHeader: 'x-title', sendAs: 'x-title', description: 'Name of the application, for rankings.' },
  ],
  keyVariable: 'OPENROUTER_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: { clamp: ranges, thoughts: thoughtsInReasoning } },
      { dialect: openaiCompletions, path: '/v1/completions' },
      { dialect: anthropicMessages, baseURL: 'https://openrouter.ai/api', path: '/v1/messages' },
      { dialect: openaiResponses, path: '/v1/responses', assumed: 'own-host' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
