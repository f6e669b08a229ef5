import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { bedrockConverse } from '../dialects/bedrock-converse/index.ts';
import { bedrockCount } from '../dialects/bedrock-count/index.ts';
import { bedrockEmbeddings } from '../dialects/bedrock-embeddings/index.ts';
import { claudePrefill, claudeQuirks } from './anthropic-options.ts';
import { bedrockOptions, claudeOnBedrock } from './bedrock-options.ts';
import { defineProvider } from './provider.ts';

/** Amazon Bedrock by its Converse API. Clients of Anthropic's reach Claude in its own format instead, in which nothing is lost. */
export const bedrock = defineProvider({
  id: 'bedrock',
  name: 'Amazon Bedrock',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html',
  otelName: 'aws.bedrock',
  baseURL: 'https://bedrock-runtime.{aws_region}.amazonaws.com',
  auth: [
    { scheme: 'bearer', when: { aws_auth_type: 'apiKey' } },
    { scheme: 'aws', service: 'bedrock', option: 'aws_role_arn' },
    { scheme: 'aws', service: 'bedrock', option: 'aws_access_key_id' },
    { scheme: 'bearer' },
  ],
  options: bedrockOptions,
  keyVariable: 'AWS_BEARER_TOKEN_BEDROCK',
  endpoints: {
    chat: [
      { dialect: bedrockConverse, path: '/model/{model}/converse', streamPath: '/model/{model}/converse-stream', prefill: claudePrefill },
      {
        dialect: anthropicMessages,
        path: '/model/{model}/invoke',
        streamPath: '/model/{model}/invoke-with-response-stream',
        when: claudeOnBedrock,
        assumed: 'own-host',
        framing: 'aws-eventstream',
        prefill: claudePrefill,
        quirks: { ...claudeQuirks, omit: ['model', 'stream'], defaults: { anthropic_version: 'bedrock-2023-05-31' } },
      },
    ],
    embed: [{ dialect: bedrockEmbeddings, path: '/model/{model}/invoke' }],
    count: [{ counting: bedrockCount, path: '/model/{model}/count-tokens', when: claudeOnBedrock }],
  },
});
