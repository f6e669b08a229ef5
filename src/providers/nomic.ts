import { defineProvider } from './provider.ts';

/** Nomic Atlas: requests are passed through with its credentials. */
export const nomic = defineProvider({
  id: 'nomic',
  name: 'Nomic Atlas',
  docs: 'https://docs.nomic.ai/reference/api/embed-text-v-1-embedding-text-post',
  baseURL: 'https://api-atlas.nomic.ai/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'NOMIC_API_KEY',
  endpoints: {},
});
