import { defineProvider } from './provider.ts';

/** Milvus: requests are passed through with its credentials. */
export const milvus = defineProvider({
  id: 'milvus',
  name: 'Milvus',
  docs: 'https://milvus.io/api-reference/restful/v2.6.x/About.md',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'MILVUS_TOKEN',
  endpoints: {},
});
