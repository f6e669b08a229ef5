import { defineProvider } from './provider.ts';

/** Recraft: requests are passed through with its credentials. */
export const recraftAi = defineProvider({
  id: 'recraft-ai',
  name: 'Recraft',
  docs: 'https://www.recraft.ai/docs/api-reference/endpoints',
  baseURL: 'https://external.api.recraft.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'RECRAFT_API_TOKEN',
  endpoints: {},
});
