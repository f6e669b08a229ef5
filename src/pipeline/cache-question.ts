import { createHash } from 'node:crypto';
import { canonicalJson } from '../cache/canonical.ts';
import { coreOf } from '../cache/lexical-embedder.ts';
import type { CachePolicy } from '../config/resolved.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { ChatRequest, Message } from '../ir/request.ts';
import type { CacheIdentity } from './cache.ts';
import { DELIVERY, partitionOf, type CacheRequest } from './cache-request.ts';
import type { Call } from './step.ts';

/** What a semantic cache compares. */
export interface Comparable {
  /** Names everything that must be the same: whose request it is, the model, what was said before, tools, parameters. */
  readonly partition: string;
  /** What the user says last, which may be said otherwise. */
  readonly text: string;
}

/** Characters of the longest text that is compared: what is the same in long ones hides what is not. */
const LONGEST = 8000;

interface Setting {
  readonly policy: CachePolicy;
  readonly request: CacheRequest;
  readonly identity: CacheIdentity;
}

/** What of a chat request may be said otherwise for the same answer; undefined: it has to be the same to the letter. */
export function comparableOf(call: Call, { policy, request, identity }: Setting): Comparable | undefined {
  if (call.endpoint.kind !== 'chat' || call.json === undefined) return undefined;
  const { dialect, model } = call.endpoint;
  const decoded = decode(dialect.request, call.json, model);
  const asked = decoded === undefined ? undefined : lastWords(decoded.messages, policy.maxMessages);
  if (decoded === undefined || asked === undefined) return undefined;
  const { embedding } = policy;
  const embedder =
    embedding === undefined
      ? ['lexical', coreOf(asked.text)]
      : [embedding.target.provider, embedding.target.customHost ?? '', embedding.model, embedding.dimensions ?? 0];
  const partition = createHash('sha256')
    .update(partitionOf(call, { place: request.place, identity }))
    .update(canonicalJson([embedder, { ...decoded, messages: asked.before } as unknown as Json]))
    .digest('base64url');
  return { partition, text: asked.text };
}

function decode(
  codec: { decode(wire: JsonObject, route: { model?: string | undefined }): ChatRequest },
  json: JsonObject,
  model: string | undefined,
) {
  try {
    const wire = Object.fromEntries(Object.entries(json).filter(([name]) => !DELIVERY.has(name)));
    return codec.decode(wire, { model });
  } catch {
    // The provider will say what is wrong with it.
    return undefined;
  }
}

interface LastWords {
  readonly text: string;
  readonly before: readonly Message[];
}

/** The last message, where that is a user's and nothing but text, and what stands before it. */
function lastWords(messages: readonly Message[], most: number): LastWords | undefined {
  const last = messages.at(-1);
  if (last?.role !== 'user' || messages.filter(({ role }) => role !== 'system').length > most) return undefined;
  if (!last.parts.every(({ type }) => type === 'text')) return undefined;
  const text = last.parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return text.trim() === '' || text.length > LONGEST ? undefined : { text, before: messages.slice(0, -1) };
}
