import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiCompletions } from '../dialects/openai-completions/index.ts';
import { compatible } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Lepton AI, OpenAI-compatible. */
export const lepton = defineProvider({
  id: 'lepton',
  name: 'Lepton AI',
  docs: 'https://docs.nvidia.com/dgx-cloud/lepton',
  baseURL: 'https://api.lepton.ai',
  auth: [{ scheme: 'bearer' }],
  keyVariable: 'LEPTON_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/api/v1/chat/completions', quirks: compatible },
      { dialect: openaiCompletions, path: '/api/v1/completions' },
    ],
    models: '/api/v1/models',
    passthrough: [{ prefix: '/api/v1' }],
  },
});
