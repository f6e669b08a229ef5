import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { cohereChat } from './cohere-chat.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import type { UpstreamKind } from './upstream.ts';

/** The wire formats that every client is tested against. */
export const UPSTREAMS: readonly UpstreamKind[] = [openaiChat, openaiResponses, anthropicMessages, gemini, cohereChat, bedrockConverse];
