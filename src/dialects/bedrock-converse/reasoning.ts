import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { packSignature, unpackSignature, type Carrier } from '../signature.ts';
import { OWN, SIGNED_BY } from './vocabulary.ts';

/** A block of thoughts for a client. Clients replay `signature` as it is, so it may carry another dialect's. */
export function reasoningBlock(text: string, signature: Signature | undefined): JsonObject {
  return { reasoningContent: { reasoningText: { text, signature: signature === undefined ? undefined : packSignature(signature, SIGNED_BY) } } };
}

/** A block without thoughts whose signature belongs to the tool call behind it or to the text before it. */
export function carrierBlock(signature: Signature, carrier: Carrier): JsonObject {
  return { reasoningContent: { reasoningText: { text: '', signature: packSignature(signature, SIGNED_BY, carrier) } } };
}

/** Reads the signature of a block of thoughts, and what it belongs to. */
export function unpackReasoningSignature(text: string): { readonly carrier: Carrier; readonly signature: Signature } {
  const { carrier, value, origin } = unpackSignature(text, SIGNED_BY);
  return { carrier, signature: { value, origin } };
}

/**
 * Redacted thoughts are bytes here, base64 in JSON. Claude's are the text that its own API sends; those of other models stay as they are
 * and are marked as this dialect's.
 */
export function unpackRedacted(blob: string): { readonly redacted: string; readonly signature?: Signature } {
  const text = Buffer.from(blob, 'base64').toString('latin1');
  if (!/^[\x20-\x7e]+$/.test(text)) return { redacted: blob, signature: { value: '', origin: OWN } };
  const { value, origin } = unpackSignature(text, SIGNED_BY);
  return origin === SIGNED_BY ? { redacted: value } : { redacted: value, signature: { value: '', origin } };
}

/** Redacted thoughts as bytes; `signature` tells whose they are. */
export function redactedBlock(data: string, signature: Signature | undefined): JsonObject {
  const origin = signature?.origin ?? SIGNED_BY;
  const blob = origin === OWN ? data : Buffer.from(packSignature({ value: data, origin }, SIGNED_BY)).toString('base64');
  return { reasoningContent: { redactedContent: blob } };
}
