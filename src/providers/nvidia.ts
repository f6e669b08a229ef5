import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** NVIDIA NIM, OpenAI-compatible. */
export const nvidia = defineProvider({
  id: 'nvidia',
  name: 'NVIDIA NIM',
  docs: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
  baseURL: 'https://integrate.api.nvidia.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'NVIDIA_API_KEY',
  endpoints: {
    chat: [{ dialect: openaiChat, path: '/chat/completions', quirks: compatible }],
    embed: [{ dialect: openaiEmbeddings, path: '/embeddings' }],
    models: '/models',
  },
});
