import { lexicalEmbedding, normalized } from '../cache/lexical-embedder.ts';
import type { CacheEntry } from '../cache/entry.ts';
import type { Nearest, VectorIndex } from '../cache/vector-index.ts';
import type { CachePolicy } from '../config/resolved.ts';
import { log } from '../telemetry/log.ts';
import type { CacheIdentity } from './cache.ts';
import { comparableOf } from './cache-question.ts';
import type { CacheRequest } from './cache-request.ts';
import type { Call } from './step.ts';

/** A call's request of a cache. */
export interface Question {
  readonly policy: CachePolicy;
  readonly request: CacheRequest;
  readonly identity: CacheIdentity;
}

/** What is compared of a request, as a vector of length 1. */
export interface Meaning {
  readonly partition: string;
  readonly vector: Float32Array;
}

/** Has a provider make the embedding of a text for a call; undefined where there is none to be had. */
export type Embed = (call: Call, embedding: NonNullable<CachePolicy['embedding']>, text: string) => Promise<readonly number[] | undefined>;

/** Finds answers to questions that are like another one. Whatever fails here, the exact cache goes on. */
export class SemanticCache {
  readonly #index: VectorIndex;
  /** Set once there are providers to ask. */
  embed: Embed | undefined;
  #hasFailed = false;

  constructor(index: VectorIndex) {
    this.#index = index;
  }

  /** Undefined: the request is not one that can be said otherwise, or nobody can tell how like it is to others. */
  async meaningOf(call: Call, { policy, request, identity }: Question): Promise<Meaning | undefined> {
    const comparable = comparableOf(call, { policy, request, identity });
    if (comparable === undefined) return undefined;
    const { partition, text } = comparable;
    if (policy.embedding === undefined) return { partition, vector: lexicalEmbedding(text) };
    const numbers = await this.#made(call, policy.embedding, text);
    return numbers === undefined ? undefined : { partition, vector: normalized(Float32Array.from(numbers)) };
  }

  async nearest({ partition, vector }: Meaning, threshold: number): Promise<Nearest | undefined> {
    const found = await this.#index.nearest(partition, vector);
    return found !== undefined && found.similarity >= threshold ? found : undefined;
  }

  async learn({ partition, vector }: Meaning, { key, expiresAt }: CacheEntry): Promise<void> {
    await this.#index.add(partition, { key, vector, expiresAt });
  }

  async forget({ partition }: Meaning, key: string): Promise<void> {
    await this.#index.remove(partition, key);
  }

  async #made(call: Call, embedding: NonNullable<CachePolicy['embedding']>, text: string): Promise<readonly number[] | undefined> {
    try {
      const numbers = await this.embed?.(call, embedding, text);
      this.#hasFailed = false;
      return numbers;
    } catch (cause) {
      if (!this.#hasFailed) log('warn', 'the cache gets no embeddings; only equal requests are found', { model: embedding.model, cause });
      this.#hasFailed = true;
      return undefined;
    }
  }
}
