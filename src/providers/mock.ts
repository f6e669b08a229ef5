import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { defineProvider } from './provider.ts';

/** A provider in memory, for trying things out: nothing leaves the process. */
export const mock = defineProvider({
  id: 'mock',
  name: 'Mock',
  docs: 'https://platform.openai.com/docs/api-reference/chat',
  baseURL: 'mock://sluice',
  auth: [{ scheme: 'none' }],
  isMadeUp: true,
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions' },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
