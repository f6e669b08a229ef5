import { cohereChat } from '../dialects/cohere-chat/index.ts';
import { cohereEmbeddings } from '../dialects/cohere-embeddings/index.ts';
import { defineProvider } from './provider.ts';

/** Cohere. */
export const cohere = defineProvider({
  id: 'cohere',
  name: 'Cohere',
  docs: 'https://docs.cohere.com/reference/chat',
  baseURL: 'https://api.cohere.ai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'COHERE_API_KEY',
  endpoints: {
    chat: [{ dialect: cohereChat, path: '/v2/chat' }],
    embed: [{ dialect: cohereEmbeddings, path: '/v2/embed' }],
    models: '/v1/models',
    passthrough: [{ under: ['/rerank'], prefix: '/v2' }, { prefix: '/v1' }],
  },
});
