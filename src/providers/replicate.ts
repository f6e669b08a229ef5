import { defineProvider } from './provider.ts';

/** Replicate: requests are passed through with its credentials. */
export const replicate = defineProvider({
  id: 'replicate',
  name: 'Replicate',
  docs: 'https://replicate.com/docs/reference/http',
  baseURL: 'https://api.replicate.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'REPLICATE_API_TOKEN',
  endpoints: {},
});
