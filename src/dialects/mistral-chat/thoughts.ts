import type { Json, JsonObject } from '../../ir/json.ts';
import { objectOf, objectsOf, textOf } from '../lenient.ts';
import { packSignature, unpackSignature } from '../signature.ts';
import { OWN } from './vocabulary.ts';

/**
 * A message, or a piece of one, in OpenAI's form → Mistral's: thoughts are chunks of the content. Their proofs are the `signature` of a
 * chunk; those of texts and of tool calls, which have no place of their own, are chunks without thoughts.
 */
export function toChunks(message: JsonObject): JsonObject {
  const { reasoning_content: plain, reasoning_details: details, tool_calls: calls, content, ...rest } = message;
  const thoughts = [...thoughtChunks(textOf(plain) ?? '', objectsOf(details)), ...proofChunks(objectsOf(calls))];
  const members = { ...rest, ...(Array.isArray(calls) && { tool_calls: calls.map(bare) }) };
  if (thoughts.length === 0) return content === undefined ? members : { ...members, content };
  return { ...members, content: [...thoughts, ...textChunks(content)] };
}

/** In a whole message the details repeat the plain thoughts and tell their blocks apart; in a stream they only bring the proofs. */
function thoughtChunks(plain: string, details: readonly JsonObject[]): JsonObject[] {
  const isRepeated = details.some(({ text }) => textOf(text) !== undefined);
  const chunks = details.map((detail) => thinking(textOf(detail['text']) ?? '', textOf(detail['signature']) ?? textOf(detail['data'])));
  return plain === '' || isRepeated ? chunks : [thinking(plain), ...chunks];
}

function thinking(text: string, signature?: string): JsonObject {
  return { type: 'thinking', thinking: text === '' ? [] : [{ type: 'text', text }], signature };
}

/** The proofs of tool calls in the order of the calls; an empty one stands for a call without. */
function proofChunks(calls: readonly JsonObject[]): JsonObject[] {
  const proofs = calls.map((call) => textOf(objectOf(objectOf(call['extra_content'])['google'])['thought_signature']));
  return proofs.slice(0, proofs.findLastIndex((proof) => proof !== undefined) + 1).map((proof) => thinking('', proofOfCall(proof)));
}

function proofOfCall(proof: string | undefined): string {
  const { origin, value, carrier } = unpackSignature(proof ?? '', 'openai-chat');
  return packSignature({ origin, value }, OWN, carrier === 'reasoning' ? 'tool' : carrier);
}

/** A tool call without the members that carry its proof. */
function bare(call: Json): JsonObject {
  const { extra_content: _, ...rest } = objectOf(call);
  const { thought_signature: __, ...named } = objectOf(rest['function']);
  return rest['function'] === undefined ? rest : { ...rest, function: named };
}

function textChunks(content: unknown): readonly JsonObject[] {
  if (Array.isArray(content)) return objectsOf(content);
  return typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : [];
}

/** What the chunks of a message hold, sorted. */
interface Sorted {
  /** Thoughts whose proof has not come. */
  text: string;
  readonly details: JsonObject[];
  /** Proofs of tool calls, in their order. */
  readonly proofs: string[];
  readonly content: JsonObject[];
}

/** A message, or a piece of one, in Mistral's form → OpenAI's. */
export function fromChunks(message: JsonObject): JsonObject {
  if (!Array.isArray(message['content'])) return message;
  const sorted: Sorted = { text: '', details: [], proofs: [], content: [] };
  for (const chunk of message['content']) {
    if (objectOf(chunk)['type'] === 'thinking') sortThoughts(sorted, objectOf(chunk));
    else sorted.content.push(chunk as JsonObject);
  }
  const { text, details, proofs, content } = sorted;
  if (text !== '' && details.length > 0) details.push({ type: 'reasoning.text', text });
  return {
    ...message,
    content,
    ...(text !== '' && details.length === 0 && { reasoning_content: text }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(proofs.length > 0 && { tool_calls: withProofs(message['tool_calls'], proofs) }),
  };
}

/** Clients that keep every piece of a stream send the thoughts of one block in several chunks, of which the last one is signed. */
function sortThoughts(sorted: Sorted, chunk: JsonObject): void {
  const { thinking: thoughts, signature } = chunk;
  sorted.text +=
    typeof thoughts === 'string'
      ? thoughts
      : objectsOf(thoughts)
          .map(({ text }) => textOf(text) ?? '')
          .join('');
  if (typeof signature !== 'string') return;
  const { carrier, ...proof } = unpackSignature(signature, 'openai-chat');
  if (carrier === 'tool') sorted.proofs.push(packSignature(proof, 'openai-chat', proof.origin === 'openai-chat' ? 'reasoning' : 'tool'));
  else if (carrier === 'reasoning') {
    sorted.details.push({ type: 'reasoning.text', text: sorted.text, signature });
    sorted.text = '';
  } else sorted.details.push({ type: 'reasoning.encrypted', data: signature });
}

function withProofs(calls: unknown, proofs: readonly string[]): JsonObject[] {
  return objectsOf(calls).map((call, index) => {
    const { value } = unpackSignature(proofs[index] ?? '', 'openai-chat');
    return value === '' ? call : { ...call, extra_content: { google: { thought_signature: proofs[index] } } };
  });
}
