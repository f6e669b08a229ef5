import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { defineProvider } from './provider.ts';

/** Voyage AI embeddings. */
export const voyage = defineProvider({
  id: 'voyage',
  name: 'Voyage AI',
  docs: 'https://docs.voyageai.com/reference/embeddings-api',
  baseURL: 'https://api.voyageai.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'VOYAGE_API_KEY',
  endpoints: {
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings', quirks: { rename: { dimensions: 'output_dimension' }, drop: ['user'] } }],
  },
});
