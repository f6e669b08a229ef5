import { defineProvider } from './provider.ts';

/** Meshy: requests are passed through with its credentials. */
export const meshy = defineProvider({
  id: 'meshy',
  name: 'Meshy',
  docs: 'https://docs.meshy.ai',
  baseURL: 'https://api.meshy.ai/openapi/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'MESHY_API_KEY',
  endpoints: {},
});
