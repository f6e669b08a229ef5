import { anthropicMessages } from '../anthropic-messages/index.ts';
import { bedrockConverse } from '../bedrock-converse/index.ts';
import type { CountHost } from '../count-dialect.ts';
import { remainder } from '../read.ts';

/** Members of a Messages request that InvokeModel says elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set(['model', 'stream']);

/**
 * Token counts of Claude on Bedrock, asked for in Claude's own format, because tools are not counted in the other:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 */
export const bedrockCount: CountHost = {
  chat: bedrockConverse,
  request: {
    encode: (request) => {
      const body = { anthropic_version: 'bedrock-2023-05-31', ...remainder(anthropicMessages.request.encode(request).wire, ELSEWHERE) };
      return { input: { invokeModel: { body: Buffer.from(JSON.stringify(body)).toString('base64') } } };
    },
  },
  reply: { decode: ({ inputTokens: tokens }) => (typeof tokens === 'number' ? tokens : undefined) },
};
