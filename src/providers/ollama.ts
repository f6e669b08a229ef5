import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { compatible, thoughtsInReasoning } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Ollama, on any machine; a key is needed for ollama.com only. */
export const ollama = defineProvider({
  id: 'ollama',
  name: 'Ollama',
  docs: 'https://docs.ollama.com/api/openai-compatibility',
  auth: [{ scheme: 'bearer' }, { scheme: 'none' }],
  keyVariable: 'OLLAMA_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/v1/chat/completions', quirks: { ...compatible, thoughts: thoughtsInReasoning } },
      { dialect: openaiCompletions, path: '/v1/completions' },
      { dialect: openaiResponses, path: '/v1/responses', assumed: 'never' },
    ],
    embed: [{ dialect: openaiEmbeddings, path: '/v1/embeddings' }],
    models: '/v1/models',
    passthrough: [{ prefix: '/v1' }],
  },
});
