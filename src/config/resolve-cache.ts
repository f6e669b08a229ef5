import { parseCustomHost } from './custom-host.ts';
import type { CachePolicy, TargetNode } from './resolved.ts';
import type { Config } from './schema.ts';

const DEFAULT_THRESHOLD = 0.95;
const DEFAULT_MESSAGES = 4;

/** What a config says of its cache, with defaults. */
export function cachePolicy(cache: NonNullable<Config['cache']>): CachePolicy {
  const { mode, max_age: maxAge, pace, similarity_threshold: threshold, max_messages: maxMessages, embedding } = cache;
  return {
    mode,
    maxAge,
    pace,
    threshold: threshold ?? DEFAULT_THRESHOLD,
    maxMessages: maxMessages ?? DEFAULT_MESSAGES,
    embedding: embedding === undefined ? undefined : { target: embedder(embedding), model: embedding.model, dimensions: embedding.dimensions },
  };
}

/** The cache that sits in front of a node, and the one that its targets have yet to place. */
interface Placement {
  readonly here: { readonly cache?: CachePolicy };
  readonly below: CachePolicy | undefined;
}

/**
 * A cache stands as far up as it can, so that an answer of any of the targets serves: in front of the node that asks for it, unless something
 * below has a cache of its own, or chooses by more than what makes two requests the same. Then it stands in front of each target.
 */
export function placeCache(node: Config, cache: CachePolicy | undefined): Placement {
  const isPushedDown = choosesByRequest(node) || (node.targets ?? []).some(hasOwn);
  return isPushedDown || cache === undefined ? { here: {}, below: cache } : { here: { cache }, below: undefined };
}

function hasOwn(node: Config): boolean {
  return node.cache !== undefined || choosesByRequest(node) || (node.targets ?? []).some(hasOwn);
}

function choosesByRequest({ strategy }: Config): boolean {
  return strategy?.mode === 'conditional';
}

/** The target that makes embeddings: it is asked once, and without it the cache does with what it has. */
function embedder({ provider, api_key: apiKey, custom_host: host }: NonNullable<NonNullable<Config['cache']>['embedding']>): TargetNode {
  return {
    kind: 'target',
    path: 'config.cache.embedding',
    name: undefined,
    weight: 1,
    onStreamBreak: 'error',
    provider,
    apiKey: apiKey ?? '',
    account: undefined,
    options: {},
    customHost: host === undefined ? undefined : parseCustomHost(host),
    dialect: undefined,
    overrideParams: {},
    defaultParams: {},
    dropParams: [],
    retry: { attempts: 0, onStatusCodes: [], onErrors: [], useRetryAfter: undefined },
    requestTimeout: EMBEDDING_TIMEOUT,
    timeouts: { connect: undefined, firstEvent: undefined, idle: undefined, total: EMBEDDING_TIMEOUT },
    breaker: { failures: 3, percentage: undefined, minimumRequests: 5, cooldown: 5000, longest: 30_000, statusCodes: undefined },
    forwardHeaders: [],
    strict: true,
    concurrency: undefined,
    price: undefined,
    fault: undefined,
  };
}

/** Milliseconds that the cache waits for an embedding before it does without. */
const EMBEDDING_TIMEOUT = 2000;
