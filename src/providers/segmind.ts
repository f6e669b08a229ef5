import { defineProvider } from './provider.ts';

/** Segmind: requests are passed through with its credentials. */
export const segmind = defineProvider({
  id: 'segmind',
  name: 'Segmind',
  docs: 'https://docs.segmind.com',
  baseURL: 'https://api.segmind.com/v1',
  auth: [{ scheme: 'header', name: 'x-api-key' }],
  keyVariable: 'SEGMIND_API_KEY',
  endpoints: {},
});
