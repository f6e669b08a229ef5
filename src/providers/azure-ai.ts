import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiEmbeddings } from '../dialects/openai-embeddings/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { anthropicOptions, claudeQuirks } from './anthropic-options.ts';
import { azureIdentity } from './azure-identity.ts';
import { ranges } from './compatible.ts';
import { defineProvider } from './provider.ts';

const claude = { azure_foundry_url: /\/anthropic(\/|$)/ };
/** The OpenAI API of a Foundry resource has its version in the path. */
const versioned = { azure_foundry_url: /\/openai\/v1\/?$/ };
const others = { azure_foundry_url: /^(?!.*\/anthropic(\/|$))/ };

/** Models of Azure AI Foundry, below `…/models` or `…/openai/v1`; Claude below `…/anthropic`. */
export const azureAi = defineProvider({
  id: 'azure-ai',
  name: 'Azure AI Foundry',
  docs: 'https://learn.microsoft.com/en-us/rest/api/aifoundry/modelinference',
  otelName: 'azure.ai.inference',
  auth: [
    { scheme: 'bearer', option: 'azure_ad_token' },
    { scheme: 'azure', option: 'azure_auth_mode' },
    { scheme: 'header', name: 'x-api-key', when: claude },
    { scheme: 'bearer' },
  ],
  options: [
    { name: 'azure_foundry_url', replacesBaseURL: true, description: 'Base URL, as `https://NAME.services.ai.azure.com/models` or `…/openai/v1`.' },
    { name: 'azure_api_version', default: '2024-05-01-preview', description: 'Version of the model inference API.' },
    { name: 'azure_endpoint_name', sendAs: 'azureml-model-deployment', description: 'Deployment behind an online endpoint.' },
    {
      name: 'azure_extra_parameters',
      header: 'azure-extra-params',
      sendAs: 'extra-parameters',
      default: 'drop',
      description: 'What becomes of unknown parameters: `drop`, `error`, `pass-through`.',
    },
    ...anthropicOptions,
    ...azureIdentity,
  ],
  keyVariable: 'AZURE_AI_API_KEY',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', when: versioned, quirks: { clamp: ranges } },
      { dialect: openaiResponses, path: '/responses', when: versioned, keeps: true },
      { dialect: openaiChat, path: '/chat/completions?api-version={azure_api_version}', when: others, quirks: { clamp: ranges } },
      { dialect: anthropicMessages, path: '/v1/messages', when: claude, quirks: claudeQuirks },
      { dialect: openaiResponses, path: '/responses', when: others, assumed: 'never', keeps: true },
    ],
    embed: [
      { dialect: openaiEmbeddings, path: '/embeddings', when: versioned },
      { dialect: openaiEmbeddings, path: '/embeddings?api-version={azure_api_version}' },
    ],
  },
});
