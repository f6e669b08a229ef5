import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Cloudflare Workers AI, OpenAI-compatible; some of its models leave finish reasons empty. */
export const workersAi = defineProvider({
  id: 'workers-ai',
  name: 'Cloudflare Workers AI',
  docs: 'https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility',
  baseURL: 'https://api.cloudflare.com/client/v4/accounts/{workers_ai_account_id}/ai',
  auth: [{ scheme: 'bearer' }],
  options: [{ name: 'workers_ai_account_id', required: true, description: 'Cloudflare account that the models run in.' }],
  keyVariable: 'CLOUDFLARE_API_TOKEN',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/v1/chat/completions', quirks: { ...compatible, repair: {} } }],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
  },
});
