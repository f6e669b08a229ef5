import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Writer, OpenAI-compatible. */
export const writer = defineProvider({
  id: 'writer',
  name: 'Writer',
  docs: 'https://dev.writer.com/api-reference/completion-api/chat-completion',
  baseURL: 'https://api.writer.com/v1',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'WRITER_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat', quirks: compatible },
      { dialect: openaiCompletions, path: '/completions' },
    ],
    models: '/models',
  },
});
