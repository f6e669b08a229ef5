import type { DialectId } from '../../../src/ir/dialect-id.ts';
import { checkAnthropicMessages } from './anthropic-messages.ts';
import { checkBedrockConverse } from './bedrock-converse.ts';
import { checkCohereChat } from './cohere-chat.ts';
import { checkGemini } from './gemini.ts';
import { checkMistralChat } from './mistral-chat.ts';
import { checkOpenaiChat } from './openai-chat.ts';
import { checkOpenaiResponses } from './openai-responses.ts';

/** Whether a stream came to its end, or broke and ends with an error. */
export type Ending = 'whole' | 'error';

/** Asserts that the bytes of a stream keep to the grammar of their dialect. Written from the references of the APIs, not from our encoders. */
export type Check = (bytes: Buffer, ending: Ending) => void;

/** The grammar of each dialect's streams. */
export const GRAMMARS: { readonly [id in DialectId]?: Check } = {
  'openai-chat': checkOpenaiChat,
  'mistral-chat': checkMistralChat,
  'openai-responses': checkOpenaiResponses,
  'anthropic-messages': checkAnthropicMessages,
  gemini: checkGemini,
  'cohere-chat': checkCohereChat,
  'bedrock-converse': checkBedrockConverse,
};
