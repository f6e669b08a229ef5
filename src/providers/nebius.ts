import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Nebius Token Factory, OpenAI-compatible. */
export const nebius = defineProvider({
  id: 'nebius',
  name: 'Nebius Token Factory',
  docs: 'https://docs.tokenfactory.nebius.com/api-reference/introduction',
  baseURL: 'https://api.tokenfactory.nebius.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'NEBIUS_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
