import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatibleToday } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** xAI, OpenAI-compatible; its `completion_tokens` do not include the reasoning. */
export const xAi = defineProvider({
  id: 'x-ai',
  name: 'xAI',
  docs: 'https://docs.x.ai/developers/rest-api-reference/inference/chat',
  otelName: 'x_ai',
  baseURL: 'https://api.x.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'XAI_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: { ...compatibleToday, repair: { reasoningExcluded: true } } },
      { dialect: openaiCompletions, path: '/completions' },
      { dialect: openaiResponses, path: '/responses', assumed: 'own-host', keeps: true },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
