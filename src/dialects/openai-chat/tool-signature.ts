import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { isObject } from '../read.ts';
import { packSignature, unpackSignature } from '../signature.ts';

/**
 * The proof on a tool call: `function.thought_signature`, as gateways write it for Gemini, or `extra_content.google.thought_signature`, as
 * hosts that speak OpenAI's format write it themselves.
 */
export function decodeToolSignature(call: JsonObject): Signature | undefined {
  const gateway = isObject(call.function) ? call.function.thought_signature : undefined;
  if (typeof gateway === 'string' && gateway !== '') return read(gateway, 'gemini');
  const google = isObject(call.extra_content) ? call.extra_content.google : undefined;
  const own = isObject(google) ? google.thought_signature : undefined;
  return typeof own === 'string' && own !== '' ? read(own, 'openai-chat') : undefined;
}

/** `untagged` is whom a proof without a tag belongs to. */
function read(text: string, untagged: 'gemini' | 'openai-chat'): Signature {
  const { value, origin } = unpackSignature(text, untagged);
  return { value, origin };
}

/** Both members for a client, which may keep only one of them. */
export function encodeToolSignature(signature: Signature | undefined): {
  readonly inFunction: string | undefined;
  readonly extra: { readonly google: { readonly thought_signature: string } } | undefined;
} {
  if (signature === undefined) return { inFunction: undefined, extra: undefined };
  if (signature.origin === 'openai-chat') return { inFunction: undefined, extra: { google: { thought_signature: signature.value } } };
  const packed = packSignature({ value: signature.value, origin: signature.origin ?? 'gemini' }, 'openai-chat', 'tool');
  const untagged = signature.origin === undefined || signature.origin === 'gemini';
  return { inFunction: untagged ? signature.value : packed, extra: { google: { thought_signature: packed } } };
}
