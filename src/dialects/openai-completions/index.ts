import type { Dialect } from '../dialect.ts';
import { openaiChat } from '../openai-chat/index.ts';
import { completionsRequest } from './request.ts';
import { completionsReply } from './response.ts';
import { CompletionDecoder } from './stream-decoder.ts';
import { CompletionEncoder } from './stream-encoder.ts';

declare module '../../ir/dialect-id.ts' {
  interface DialectIds {
    readonly 'openai-completions': true;
  }
}

/** OpenAI's older text completions: a prompt goes in, its continuation comes out. */
export const openaiCompletions = {
  id: 'openai-completions',
  name: 'OpenAI Completions',
  docs: 'https://platform.openai.com/docs/api-reference/completions',
  framing: 'sse',
  namedEvents: false,
  answerMarks: openaiChat.answerMarks,
  terminators: openaiChat.terminators,
  closing: openaiChat.closing,
  request: completionsRequest,
  reply: completionsReply,
  stream: {
    hasPlainTexts: true,
    decoder: () => new CompletionDecoder(),
    encoder: (context) => new CompletionEncoder(context),
  },
  error: openaiChat.error,
  usage: openaiChat.usage,
  usageOnRequest: openaiChat.usageOnRequest,
} as const satisfies Dialect;
