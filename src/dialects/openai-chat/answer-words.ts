import type { FinishEvent, MediaEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { MediaSource, Signature } from '../../ir/request.ts';
import type { ReplyContext } from '../dialect.ts';
import { dataUri } from '../media.ts';
import { packSignature } from '../signature.ts';
import { finishWordOf } from './vocabulary.ts';

/**
 * `finish_reason`: OpenAI's word for callers who want OpenAI's shape, the provider's own for others. That a response is `completed` is no
 * reason: it is the word for a call of a tool too.
 */
export function finishWord(finish: FinishEvent, hasToolCalls: boolean, context: ReplyContext): string {
  const native = context.strict ? undefined : finish.native?.value;
  return native === undefined || native === 'completed' ? finishWordOf(finish.reason, hasToolCalls) : native;
}

/** An id for a tool call that the upstream gave none, the same for every piece of it. */
export function callId(context: ReplyContext, at: { readonly choice: number; readonly block: number }): string {
  return `call_${context.id}_${at.choice}_${at.block}`;
}

/** The signature of a thinking block in `content_blocks`. Those that Anthropic's models wrote stay bare, as clients of other gateways replay them. */
export function blockSignature(signature: Signature): string {
  const { value, origin } = signature;
  return origin === undefined || origin === 'bedrock-converse' ? value : packSignature(signature, 'anthropic-messages');
}

/** An entry of `images`, which is also the block of that image in `content_blocks`. */
export function encodeImage(media: MediaEvent): JsonObject {
  return { type: 'image_url', image_url: { url: urlOf(media.source) } };
}

function urlOf(source: MediaSource): string {
  switch (source.kind) {
    case 'base64':
      return dataUri(source);
    case 'url':
      return source.url;
    case 'file':
      return source.id;
    case 'text':
      return source.text;
  }
}

/** The member `audio` of a message. */
export function encodeAudio(media: MediaEvent, context: ReplyContext): JsonObject {
  const native = media.native?.dialect === 'openai-chat' ? media.native.value : undefined;
  const data = media.source.kind === 'base64' ? media.source.data : '';
  return { id: `audio_${context.id}`, expires_at: context.created, ...native, data, transcript: media.transcript ?? '' };
}
