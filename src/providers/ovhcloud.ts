import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** OVHcloud AI Endpoints, OpenAI-compatible. */
export const ovhcloud = defineProvider({
  id: 'ovhcloud',
  name: 'OVHcloud AI Endpoints',
  docs: 'https://help.ovhcloud.com/csm/en-public-cloud-ai-endpoints-getting-started',
  baseURL: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'OVHCLOUD_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
