import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible, thoughtsInContent } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Novita AI, OpenAI-compatible. */
export const novitaAi = defineProvider({
  id: 'novita-ai',
  name: 'Novita AI',
  docs: 'https://novita.ai/docs/api-reference/model-apis-llm-create-chat-completion',
  baseURL: 'https://api.novita.ai/openai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'NOVITA_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: { ...compatible, thoughts: thoughtsInContent } },
      { dialect: openaiCompletions, path: '/v1/completions' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
