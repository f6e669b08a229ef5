import { defineProvider } from './provider.ts';
import { vertexEndpoints } from './vertex-endpoints.ts';
import { vertexOptions } from './vertex-options.ts';

/** Google Cloud's Vertex AI: Gemini, Claude, Mistral, models of other partners, and those that a project has deployed itself. */
export const vertexAi = defineProvider({
  id: 'vertex-ai',
  name: 'Google Vertex AI',
  docs: 'https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest',
  otelName: 'gcp.vertex_ai',
  baseURL: 'https://{vertex_region}-aiplatform.googleapis.com',
  baseURLs: [
    { when: { vertex_region: 'global' }, url: 'https://aiplatform.googleapis.com' },
    { when: { vertex_region: /^(us|eu)$/ }, url: 'https://aiplatform.{vertex_region}.rep.googleapis.com' },
  ],
  auth: [{ scheme: 'google-oauth', option: 'vertex_service_account_json' }, { scheme: 'bearer' }],
  options: vertexOptions,
  endpoints: vertexEndpoints,
});
