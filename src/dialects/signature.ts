import type { DialectId } from '../ir/dialect-id.ts';
import type { Signature } from '../ir/request.ts';

/** Where a signature sat in its own dialect, when the carrying dialect has no such place: on a tool call, on a text, or a redacted block itself. */
export type Carrier = 'reasoning' | 'redacted' | 'tool' | 'text';

/** How every tagged signature begins in a dialect whose members are base64: nine characters are the same whatever follows. */
export const BASE64_TAG = 'c2x1aWNlL';

/** Where a member has a tagged value; in a text that only speaks of one, the quotation mark is escaped. */
export const TAGGED: readonly string[] = [':"sluice.', ': "sluice.'];

/** The same in base64. */
export const TAGGED_BASE64: readonly string[] = [`:"${BASE64_TAG}`, `: "${BASE64_TAG}`];

const TAG = /^sluice\.([a-z-]+)\.(reasoning|redacted|tool|text)\.([^]*)$/;

/**
 * A signature as text for the wire of `own`. One that another dialect made is tagged with its origin, so that it comes back unharmed
 * through a client that only knows `own`, and so that no provider is sent a proof that it did not write.
 */
export function packSignature(signature: Signature, own: DialectId, carrier: Carrier = 'reasoning'): string {
  const origin = signature.origin ?? own;
  return origin === own && carrier === 'reasoning' ? signature.value : `sluice.${origin}.${carrier}.${signature.value}`;
}

/** Reads what `packSignature` wrote; untagged text belongs to `own`. */
export function unpackSignature(text: string, own: DialectId): Signature & { readonly carrier: Carrier } {
  const match = TAG.exec(text);
  if (match === null) return { value: text, origin: own, carrier: 'reasoning' };
  return { value: match[3] ?? '', origin: match[1] as DialectId, carrier: match[2] as Carrier };
}

/** The signature's text if the upstream that speaks `own` wrote it, else undefined: foreign proofs are never sent. */
export function ownSignature(signature: Signature | undefined, own: DialectId): string | undefined {
  return signature !== undefined && (signature.origin ?? own) === own ? signature.value : undefined;
}
