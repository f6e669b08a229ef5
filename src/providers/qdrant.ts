import { defineProvider } from './provider.ts';

/** Qdrant: requests are passed through with its credentials. */
export const qdrant = defineProvider({
  id: 'qdrant',
  name: 'Qdrant',
  docs: 'https://api.qdrant.tech/api-reference',
  auth: [{ scheme: 'header', name: 'api-key' }],
  keyVariable: 'QDRANT_API_KEY',
  endpoints: {},
});
