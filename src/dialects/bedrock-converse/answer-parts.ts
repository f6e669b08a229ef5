import type { FinishEvent, MediaEvent } from '../../ir/events.ts';
import type { JsonObject } from '../../ir/json.ts';
import type { ReplyContext } from '../dialect.ts';
import { FORMATS, MIME_ALIASES, OWN, STOP_REASONS } from './vocabulary.ts';

/** Whether the answer was kept back, so that what was said against it is no part of it. */
export function isRefused(finish: FinishEvent | undefined): boolean {
  return finish?.reason === 'refusal' || finish?.reason === 'content_filter';
}

/** Why the answer ended, in the provider's own word where it spoke this dialect, and what was said against an answer. */
export function stopMembers(finish: FinishEvent | undefined, refusal: string): JsonObject {
  const native = finish?.native?.dialect === OWN ? finish.native.value : undefined;
  return {
    stopReason: native ?? STOP_REASONS[finish?.reason ?? 'stop'],
    additionalModelResponseFields: isRefused(finish) && refusal !== '' ? { refusal } : undefined,
  };
}

/** The id of a tool call, made up where the upstream gave none, because clients refer to calls by it. */
export function toolUseId(call: { readonly id?: string; readonly block: number }, context: ReplyContext): string {
  return call.id || `tooluse_${context.id}_${call.block}`;
}

/** An image that the model made; other media, and images by URL, have no form. */
export function imageBlock({ kind, source }: MediaEvent): JsonObject[] {
  if (kind !== 'image' || source.kind !== 'base64') return [];
  const mime = MIME_ALIASES.get(source.mime) ?? source.mime;
  const format = Object.keys(FORMATS.image).find((name) => FORMATS.image[name] === mime) ?? 'png';
  return [{ image: { format, source: { bytes: source.data } } }];
}
