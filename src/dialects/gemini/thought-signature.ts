import type { Signature } from '../../ir/request.ts';
import { BASE64_TAG, ownSignature, packSignature, unpackSignature } from '../signature.ts';
import type { Carrier } from '../signature.ts';

/**
 * Stands for a signature on a call that another model made, and tells Gemini 3 not to ask for one:
 * https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export const UNSIGNED = 'skip_thought_signature_validator';

const UNSIGNED_WORDS = new Set([UNSIGNED, 'context_engineering_is_the_way_to_go']);

/** Whether a client says with it that there is no signature. */
export function isUnsigned(thoughtSignature: string): boolean {
  return UNSIGNED_WORDS.has(thoughtSignature);
}

/**
 * A signature for a client's `thoughtSignature`. Google's SDKs decode that member from base64, so that a signature which another dialect
 * made, and which must be tagged with its origin, travels as the base64 of its tagged form.
 */
export function packThoughtSignature(signature: Signature, carrier: Carrier): string {
  const own = carrier === 'redacted' ? undefined : ownSignature(signature, 'gemini');
  return own ?? Buffer.from(packSignature(signature, 'gemini', carrier)).toString('base64');
}

/** Reads what `packThoughtSignature` wrote; anything else is Gemini's own. SDKs may have turned it into the URL-safe alphabet. */
export function unpackThoughtSignature(text: string): Signature & { readonly carrier: Carrier } {
  return text.startsWith(BASE64_TAG)
    ? unpackSignature(Buffer.from(text, 'base64').toString(), 'gemini')
    : { value: text, origin: 'gemini', carrier: 'reasoning' };
}
