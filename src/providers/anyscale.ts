import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Anyscale, OpenAI-compatible. */
export const anyscale = defineProvider({
  id: 'anyscale',
  name: 'Anyscale',
  docs: 'https://docs.anyscale.com/llms/serving',
  baseURL: 'https://api.endpoints.anyscale.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'ANYSCALE_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
