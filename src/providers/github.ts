import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { ranges } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** GitHub Models, OpenAI-compatible. */
export const github = defineProvider({
  id: 'github',
  name: 'GitHub Models',
  docs: 'https://docs.github.com/en/rest/models/inference',
  baseURL: 'https://models.github.ai/inference',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'GITHUB_TOKEN',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: { clamp: ranges } }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
  },
});
