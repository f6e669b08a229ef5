import type { JsonObject } from '../../ir/json.ts';
import type { Signature } from '../../ir/request.ts';
import { objectsOf, textOf, wordOf } from '../lenient.ts';
import { isObject } from '../read.ts';
import { packSignature, unpackSignature } from '../signature.ts';
import type { Carrier } from '../signature.ts';
import type { WireReasoningDetail } from './wire.ts';

/** What an entry of `reasoning_details` says. `carrier` tells what a signature belongs to. */
export interface ReasoningDetail {
  readonly text: string;
  readonly signature: Signature | undefined;
  readonly redacted: string | undefined;
  readonly carrier: Carrier;
  /** Entries with the same number are pieces of one block. */
  readonly index: number | undefined;
}

/** Reads `thinking_blocks`: reasoning as Anthropic's own API has it, whose signatures any of its hosts takes. */
export function decodeThinkingBlocks(blocks: unknown): ReasoningDetail[] {
  const details = objectsOf(blocks).map((block): ReasoningDetail => {
    const redacted = wordOf(block.data);
    const text = textOf(block.thinking) ?? '';
    return { text, signature: redacted === undefined ? blockProof(block) : undefined, redacted, carrier: 'reasoning', index: undefined };
  });
  return details.filter(({ text, signature, redacted }) => text !== '' || (signature ?? redacted) !== undefined);
}

function blockProof(block: JsonObject): Signature | undefined {
  const proof = wordOf(block.signature);
  if (proof === undefined) return undefined;
  const { value, origin } = unpackSignature(proof, REDACTED_ORIGIN);
  return { value, origin: origin === REDACTED_ORIGIN ? undefined : origin };
}

/** Encrypted reasoning has no member for its origin; it is tagged with the dialect that invented the notion. */
const REDACTED_ORIGIN = 'anthropic-messages';

/** Reads `reasoning_details`, leaving out entries that say nothing. */
export function decodeDetails(details: unknown): ReasoningDetail[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((detail: unknown) => {
    if (!isObject(detail)) return [];
    const index = typeof detail.index === 'number' ? detail.index : undefined;
    if (typeof detail.data === 'string') return [{ ...decodeEncrypted(detail.data), index }];
    const text = [detail.text, detail.summary].find((value) => typeof value === 'string') ?? '';
    const signature = typeof detail.signature === 'string' && detail.signature !== '' ? unpackSignature(detail.signature, 'openai-chat') : undefined;
    return text === '' && signature === undefined ? [] : [{ text, signature: bare(signature), redacted: undefined, carrier: 'reasoning', index }];
  });
}

function decodeEncrypted(data: string): Omit<ReasoningDetail, 'index'> {
  const { carrier, ...signature } = unpackSignature(data, 'openai-chat');
  if (carrier === 'redacted') return { text: '', signature: undefined, redacted: signature.value, carrier: 'reasoning' };
  return { text: '', signature, redacted: undefined, carrier };
}

function bare(signature: Signature | undefined): Signature | undefined {
  return signature === undefined ? undefined : { value: signature.value, origin: signature.origin };
}

/** A block of reasoning with its proof. A proof without words is what hosts call encrypted reasoning. */
export function encodeSigned(text: string, signature: Signature, index?: number): WireReasoningDetail {
  const packed = packSignature(signature, 'openai-chat');
  return text === '' && (signature.origin ?? 'openai-chat') === 'openai-chat'
    ? { type: 'reasoning.encrypted', data: packed, index }
    : { type: 'reasoning.text', text, signature: packed, index };
}

/** A block of reasoning that only its author can read. */
export function encodeRedacted(redacted: string, index?: number): WireReasoningDetail {
  return { type: 'reasoning.encrypted', data: packSignature({ value: redacted, origin: REDACTED_ORIGIN }, 'openai-chat', 'redacted'), index };
}

/** The proof of a text, which is no reasoning but has no other place on this wire. */
export function encodeTextSignature(signature: Signature, index?: number): WireReasoningDetail {
  return { type: 'reasoning.encrypted', data: packSignature(signature, 'openai-chat', 'text'), index };
}

/** Joins neighbouring pieces of one block: a client that kept every delta of a stream sends them all. */
export function mergeDetails(details: readonly ReasoningDetail[]): ReasoningDetail[] {
  const merged: ReasoningDetail[] = [];
  for (const detail of details) {
    const last = merged.at(-1);
    const continues = last?.index !== undefined && last.index === detail.index && isOpen(last) && detail.redacted === undefined;
    if (continues && detail.carrier === 'reasoning')
      merged[merged.length - 1] = { ...last, text: last.text + detail.text, signature: detail.signature };
    else merged.push(detail);
  }
  return merged;
}

function isOpen(detail: ReasoningDetail): boolean {
  return detail.carrier === 'reasoning' && detail.signature === undefined && detail.redacted === undefined;
}
