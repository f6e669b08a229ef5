import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** The router of Hugging Face Inference Providers, or a dedicated endpoint; both OpenAI-compatible. */
export const huggingface = defineProvider({
  id: 'huggingface',
  name: 'Hugging Face',
  docs: 'https://huggingface.co/docs/inference-providers/tasks/chat-completion',
  baseURL: 'https://router.huggingface.co',
  auth: [{ scheme: 'bearer' }],
  options: [{ name: 'huggingface_base_url', replacesBaseURL: true, description: 'Base URL of a dedicated endpoint, without `/v1`.' }],
  keyVariable: 'HF_TOKEN',
  endpoints: {
    chat: [
      {
        dialect: openaiChat,
        path: '/v1/chat/completions',
        quirks: { ...compatible, repair: { finish: { eos_token: 'stop', stop_sequence: 'stop' } } },
      },
      { dialect: openaiResponses, path: '/v1/responses', assumed: 'own-host' },
    ],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
