import { openaiChat } from '../dialects/openai-chat/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Predibase, OpenAI-compatible. */
export const predibase = defineProvider({
  id: 'predibase',
  name: 'Predibase',
  docs: 'https://docs.predibase.com',
  baseURL: 'https://serving.app.predibase.com',
  auth: [{ scheme: 'bearer' }],
  options: [{ name: 'predibase_tenant', required: true, description: 'Tenant id of the Predibase account.' }],
  keyVariable: 'PREDIBASE_API_TOKEN',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/{predibase_tenant}/deployments/v2/llms/{model}/v1/chat/completions', quirks: compatible }],
  },
});
