import type { ChatRequest, MediaPart, Part, Tool } from '../ir/request.ts';

/** Tokens that the frame of a message costs, by OpenAI's own recipe: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const MESSAGE_FRAME = 4;
/** What a piece of media costs, roughly: a photo at high detail, a page of a document. */
const MEDIA: Readonly<Record<MediaPart['kind'], number>> = { image: 765, document: 1500, audio: 500, video: 2500 };

/**
 * The tokens of a request, estimated with OpenAI's o200k vocabulary, for providers that cannot be asked. Other vocabularies differ by
 * some tens of percent, and media are guessed. The vocabulary is loaded when it is first needed.
 */
export async function estimateTokens(request: ChatRequest): Promise<number> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  const texts = [...request.messages.flatMap(({ parts }) => (parts as readonly Part[]).flatMap(textsOf)), ...(request.tools ?? []).map(toolText)];
  const media = request.messages.flatMap(({ parts }) => (parts as readonly Part[]).flatMap(mediaOf));
  const text = texts.reduce((sum, piece) => sum + countTokens(piece), 0);
  return text + request.messages.length * MESSAGE_FRAME + media.reduce((sum, kind) => sum + MEDIA[kind], 0);
}

function textsOf(part: Part): string[] {
  if (part.type === 'tool_result') return part.content.flatMap(textsOf);
  if (part.type === 'tool_call') return [part.name, part.arguments];
  if (part.type === 'media') return part.source.kind === 'text' ? [part.source.text] : [];
  if (part.type === 'opaque') return [JSON.stringify(part.value)];
  return [part.text];
}

function mediaOf(part: Part): MediaPart['kind'][] {
  if (part.type === 'tool_result') return part.content.flatMap(mediaOf);
  return part.type === 'media' && part.source.kind !== 'text' ? [part.kind] : [];
}

function toolText(tool: Tool): string {
  return tool.type === 'hosted' ? JSON.stringify(tool.value) : JSON.stringify(tool);
}
