import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible, thoughtsInContent } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** A vLLM server, on any machine. */
export const vllm = defineProvider({
  id: 'vllm',
  name: 'vLLM',
  docs: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
  auth: [{ scheme: 'bearer' }, { scheme: 'none' }],
  keyVariable: 'VLLM_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: { ...compatible, thoughts: thoughtsInContent } },
      { dialect: openaiCompletions, path: '/v1/completions' },
      { dialect: openaiResponses, path: '/v1/responses', assumed: 'never' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
