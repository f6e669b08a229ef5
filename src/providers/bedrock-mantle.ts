import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import { ranges } from './compatible.ts';
import { defineProvider } from './provider.ts';

/** Amazon Bedrock's OpenAI-compatible service, called with a Bedrock API key. */
export const bedrockMantle = defineProvider({
  id: 'bedrock-mantle',
  name: 'Amazon Bedrock (OpenAI-compatible)',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html',
  otelName: 'aws.bedrock',
  baseURL: 'https://bedrock-mantle.{aws_region}.api.aws/v1',
  auth: [{ scheme: 'bearer' }],
  options: [{ name: 'aws_region', default: 'us-east-1', description: 'AWS region of the endpoint.' }],
  keyVariable: 'AWS_BEARER_TOKEN_BEDROCK',
  endpoints: {
    chat: [
      { dialect: openaiChat, path: '/chat/completions', quirks: { clamp: ranges } },
      { dialect: openaiResponses, path: '/responses', when: { model: /^openai\./ }, assumed: 'own-host', keeps: true },
    ],
    models: '/models',
  },
});
