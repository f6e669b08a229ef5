import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** The OpenAI-compatible frontend of a Triton inference server, on any machine. */
export const triton = defineProvider({
  id: 'triton',
  name: 'NVIDIA Triton',
  docs: 'https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/client_guide/openai_readme.html',
  auth: [{ scheme: 'none' }],
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/v1/completions' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
