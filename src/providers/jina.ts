import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { defineProvider } from './provider.ts';

/** Jina AI embeddings. */
export const jina = defineProvider({
  id: 'jina',
  name: 'Jina AI',
  docs: 'https://api.jina.ai/redoc',
  baseURL: 'https://api.jina.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'JINA_API_KEY',
  endpoints: {
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
  },
});
