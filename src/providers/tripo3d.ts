import { defineProvider } from './provider.ts';

/** Tripo: requests are passed through with its credentials. */
export const tripo3d = defineProvider({
  id: 'tripo3d',
  name: 'Tripo',
  docs: 'https://platform.tripo3d.ai/docs/introduction',
  baseURL: 'https://api.tripo3d.ai/v2/openapi',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'TRIPO_API_KEY',
  endpoints: {},
});
