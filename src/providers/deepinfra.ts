import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** DeepInfra, OpenAI-compatible. */
export const deepinfra = defineProvider({
  id: 'deepinfra',
  name: 'DeepInfra',
  docs: 'https://docs.deepinfra.com/api-reference/chat-completions/openai-chat-completions',
  baseURL: 'https://api.deepinfra.com/v1/openai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'DEEPINFRA_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
      { dialect: anthropicMessages, baseURL: 'https://api.deepinfra.com/anthropic', path: '/v1/messages' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
