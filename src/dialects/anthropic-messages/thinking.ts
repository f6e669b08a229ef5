import type { DialectId } from '../../ir/dialect-id.ts';
import type { Signature } from '../../ir/request.ts';
import { packSignature, unpackSignature, type Carrier } from '../signature.ts';
import { OWN } from './vocabulary.ts';
import type { ThinkingBlock, WireBlock, WireDelta } from './wire.ts';

/** A block of thinking for a client. Clients replay `signature` as it is, so it may carry another dialect's. */
export function thinkingBlock(thinking: string, signature: Signature | undefined): ThinkingBlock {
  return { type: 'thinking', thinking, signature: signature === undefined ? '' : packSignature(signature, OWN) };
}

/** An empty block of thinking whose signature belongs to the tool call behind it or to the text before it. */
export function carrierBlock(signature: Signature, carrier: Carrier): ThinkingBlock {
  return { type: 'thinking', thinking: '', signature: packSignature(signature, OWN, carrier) };
}

/** The delta that signs an open block of thinking, for a client. */
export function signatureDelta(signature: Signature): WireDelta {
  return { type: 'signature_delta', signature: packSignature(signature, OWN) };
}

/** A block of redacted thinking for a client; `origin` is the dialect whose provider redacted it. */
export function redactedBlock(data: string, origin: DialectId | undefined): WireBlock {
  return { type: 'redacted_thinking', data: packSignature({ value: data, origin }, OWN) };
}

/** The members of a reasoning event or part that the `data` of a `redacted_thinking` block makes. */
export function unpackRedacted(data: string): { readonly redacted: string; readonly signature?: Signature } {
  const { value, origin } = unpackSignature(data, OWN);
  return origin === OWN ? { redacted: value } : { redacted: value, signature: { value: '', origin } };
}
