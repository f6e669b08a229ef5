import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

const repair = { finish: { eos: 'stop' } } as const;

/** Together AI, OpenAI-compatible. */
export const togetherAi = defineProvider({
  id: 'together-ai',
  name: 'Together AI',
  docs: 'https://docs.together.ai/reference/chat-completions-1',
  baseURL: 'https://api.together.xyz',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'TOGETHER_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: { ...compatible, repair } },
      { dialect: openaiCompletions, path: '/v1/completions', quirks: { repair } },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
