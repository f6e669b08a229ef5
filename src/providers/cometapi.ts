import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** CometAPI, OpenAI-compatible. */
export const cometapi = defineProvider({
  id: 'cometapi',
  name: 'CometAPI',
  docs: 'https://apidoc.cometapi.com',
  baseURL: 'https://api.cometapi.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'COMETAPI_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
