import { defineProvider } from './provider.ts';

/** Stability AI: requests are passed through with its credentials. */
export const stabilityAi = defineProvider({
  id: 'stability-ai',
  name: 'Stability AI',
  docs: 'https://platform.stability.ai/docs/api-reference',
  baseURL: 'https://api.stability.ai',
  auth: [{ scheme: 'bearer' }],
  options: [
    { name: 'stability_client_id', sendAs: 'stability-client-id', description: 'Name of the application, for debugging at Stability.' },
    { name: 'stability_client_user_id', sendAs: 'stability-client-user-id', description: 'Id of the end user.' },
    { name: 'stability_client_version', sendAs: 'stability-client-version', description: 'Version of the application.' },
  ],
  keyVariable: 'STABILITY_API_KEY',
  endpoints: {},
});
