import type { CacheStore } from '../cache/cache-store.ts';
import { sizeOfBody, type CacheEntry, type EntryBody } from '../cache/entry.ts';
import { Flights } from '../cache/flights.ts';
import type { VectorIndex } from '../cache/vector-index.ts';
import type { ResolvedConfig } from '../config/resolved.ts';
import { log } from '../telemetry/log.ts';
import { recorded } from './cache-recorder.ts';
import { eventsOf, replayed } from './cache-replay.ts';
import type { Pacing } from './flow-of.ts';
import { cacheRequestOf, policyOf } from './cache-request.ts';
import { SemanticCache, type Embed, type Meaning, type Question } from './cache-semantic.ts';
import type { CacheNote, CacheStatus } from './notes.ts';
import type { Call, Handler, Reply, Step } from './step.ts';

/** What the answers of a node depend on beside the request. */
export interface CacheIdentity {
  readonly digest: string;
  /** Names of the client's headers that reach its targets. */
  readonly headers: readonly string[];
}

/** What caches need from the world. */
export interface CacheOptions {
  readonly store: CacheStore;
  /** What semantic caches compare. */
  readonly vectors: VectorIndex;
  /** `now`: milliseconds since the epoch. */
  readonly clock: { readonly now: () => number; readonly after: Pacing['after'] };
}

/** How often a call waits for another one's answer that then does not come; it asks for its own behind that. */
const MOST_WAITS = 2;

/** The caches of a gateway, which share one store, and the answers that are being made. */
export class Cache {
  readonly store: CacheStore;
  readonly #counts = new Map<CacheStatus, number>();
  readonly #clock: CacheOptions['clock'];
  readonly #flights: Flights;
  readonly #semantic: SemanticCache;
  #hasFailed = false;

  constructor({ store, clock, vectors }: CacheOptions) {
    this.store = store;
    this.#clock = clock;
    this.#flights = new Flights((milliseconds, run) => clock.after(milliseconds, run));
    this.#semantic = new SemanticCache(vectors);
  }

  /** Calls since the start, by what the cache did. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Has embeddings made by the providers that configs name. */
  set embed(embed: Embed) {
    this.#semantic.embed = embed;
  }

  /** The cache in front of a node of a config. Calls that ask for none pass by. */
  inFrontOf(node: ResolvedConfig, identity: () => CacheIdentity): Step {
    return (next) => (call) => {
      const policy = policyOf(call, node);
      const request = policy === undefined ? undefined : cacheRequestOf(call, policy, identity());
      return policy === undefined || request === undefined ? next(call) : this.#answer(call, next, { policy, request, identity: identity() });
    };
  }

  async #answer(call: Call, next: Handler, question: Question): Promise<Reply> {
    const { request, policy } = question;
    const found = request.isRefreshed ? undefined : await this.#find(request.key, question);
    if (found !== undefined) return this.#hit(call, { entry: found }, question);
    const meaning = policy.mode === 'semantic' ? await this.#semantic.meaningOf(call, question) : undefined;
    if (request.isRefreshed) return this.#lead(call, next, { ...question, status: 'REFRESH', meaning });
    const like = meaning === undefined ? undefined : await this.#findLike(meaning, question);
    if (like !== undefined) return this.#hit(call, like, question);
    for (let waits = 0; waits < MOST_WAITS; waits++) {
      const flight = this.#flights.find(request.key);
      if (flight === undefined) break;
      const entry = await flight.follow(call.signal);
      if (entry !== undefined) return flight.takeBill() ? this.#inherit(call, entry, question) : this.#hit(call, { entry }, question);
    }
    // Nothing is waited for between the last look at the flights and the next one's beginning.
    return this.#lead(call, next, { ...question, status: policy.mode === 'semantic' ? 'SEMANTIC MISS' : 'MISS', meaning });
  }

  /** An answer to a question that is like this one. What the index leads to may have gone. */
  async #findLike(meaning: Meaning, question: Question): Promise<Found | undefined> {
    const nearest = await this.#semantic.nearest(meaning, question.policy.threshold);
    if (nearest === undefined) return undefined;
    const forget = (): void => void this.#semantic.forget(meaning, nearest.key).catch((cause: unknown) => this.#failed(cause));
    const entry = await this.#find(nearest.key, question, forget);
    return entry === undefined ? undefined : { entry, similarity: nearest.similarity };
  }

  /** What is kept for a request, if it is fresh enough. A store that fails is as good as empty. */
  async #find(key: string, { request: { place, freshness } }: Question, onGone?: () => void): Promise<CacheEntry | undefined> {
    try {
      const got = this.store.get(key, place);
      const entry = got instanceof Promise ? await got : got;
      if (entry === undefined) {
        // What a store does not have while it is away need not have gone.
        if (!this.#hasFailed) onGone?.();
        return undefined;
      }
      this.#hasFailed = false;
      return freshness !== undefined && this.#ageOf(entry) > freshness ? undefined : entry;
    } catch (cause) {
      this.#failed(cause);
      return undefined;
    }
  }

  #hit(call: Call, { entry, similarity }: Found, { policy, request }: Question): Reply {
    const common = { key: request.key, age: this.#ageOf(entry) };
    this.#note(call, similarity === undefined ? { status: 'HIT', ...common } : { status: 'SEMANTIC HIT', ...common, similarity, entry: entry.key });
    return this.#replay(call, entry, { policy, request });
  }

  #replay(call: Call, entry: CacheEntry, { policy, request }: Pick<Question, 'policy' | 'request'>): Reply {
    const pacing = policy.pace === undefined ? undefined : { gap: 1000 / policy.pace, after: this.#clock.after };
    return replayed(entry, call, { variant: request.variant, pacing });
  }

  /** An answer whose first asker has left before its end: what it used is this call's, or it would be nobody's. */
  #inherit(call: Call, entry: CacheEntry, question: Question): Reply {
    const { path, provider } = entry.route;
    this.#note(call, { status: question.policy.mode === 'semantic' ? 'SEMANTIC MISS' : 'MISS', key: entry.key });
    call.attempts.answered(call.attempts.begin(path, provider), { status: 200, dropped: [] });
    const asks = call.endpoint.kind === 'chat' ? call.endpoint.dialect.usageOnRequest?.isAsked(call.json ?? {}) : undefined;
    return { ...this.#replay(call, entry, question), hidesUsage: asks === false };
  }

  /** Has the answer made, and keeps it if it is whole. */
  async #lead(call: Call, next: Handler, question: Led): Promise<Reply> {
    const { request, status } = question;
    this.#note(call, { status, key: request.key });
    const flight = this.#flights.begin(request.key, call.signal);
    try {
      const reply = await next({ ...call, signal: flight.signal });
      if (reply.status !== 200 || isEncoded(call, reply)) {
        flight.land(undefined);
        return reply;
      }
      return { ...reply, body: recorded(reply, flight, (body) => flight.land(this.#keep(body, { call, reply, question }))) };
    } catch (error) {
      flight.land(undefined);
      throw error;
    }
  }

  /** Puts an answer into the store; undefined: it is not one that may be kept. */
  #keep(body: EntryBody | undefined, { call, reply, question }: Made): CacheEntry | undefined {
    try {
      if (body === undefined || !isWhole(body, call)) return undefined;
      const { key, place, maxAge, variant } = question.request;
      const createdAt = this.#clock.now();
      const { strict, route } = reply;
      const size = sizeOfBody(body);
      const age = { createdAt, expiresAt: createdAt + Math.round(maxAge * 1000) };
      const entry: CacheEntry = { key, ...place, ...age, route, strict, contentType: contentTypeOf(call, reply), variant, body, size };
      if (maxAge > 0) void this.#put(entry, question.meaning);
      return entry;
    } catch (cause) {
      this.#failed(cause);
      return undefined;
    }
  }

  async #put(entry: CacheEntry, meaning: Meaning | undefined): Promise<void> {
    try {
      await this.store.put(entry);
      if (meaning !== undefined) await this.#semantic.learn(meaning, entry);
    } catch (cause) {
      this.#failed(cause);
    }
  }

  #note(call: Call, note: CacheNote): void {
    call.notes.cache = note;
    this.#counts.set(note.status, (this.#counts.get(note.status) ?? 0) + 1);
  }

  #ageOf({ createdAt }: CacheEntry): number {
    return Math.max(0, Math.floor((this.#clock.now() - createdAt) / 1000));
  }

  /** Says it once, until the store works again. */
  #failed(cause: unknown): void {
    if (!this.#hasFailed) log('warn', 'the cache cannot be used; calls go on without it', { store: this.store.kind, cause });
    this.#hasFailed = true;
  }
}

interface Led extends Question {
  readonly status: 'MISS' | 'SEMANTIC MISS' | 'REFRESH';
  /** Undefined: the request is compared to the letter only. */
  readonly meaning: Meaning | undefined;
}

interface Found {
  readonly entry: CacheEntry;
  /** Of an answer that was made for another question. */
  readonly similarity?: number;
}

interface Made {
  readonly call: Call;
  readonly reply: Reply;
  readonly question: Led;
}

/** Whole bodies have been looked at; streams may end with an error that their host told of. */
function isWhole(body: EntryBody, { endpoint }: Call): boolean {
  if (endpoint.kind !== 'chat' || body.kind === 'bytes') return true;
  const events = eventsOf(body, endpoint.dialect);
  return events.some((event) => event.type === 'finish' && event.reason !== 'error') && !events.some(({ type }) => type === 'error');
}

function contentTypeOf(call: Call, reply: Reply): string | undefined {
  return call.endpoint.kind === 'passthrough' ? headerOf(reply, 'content-type') : undefined;
}

/** A body that is passed on compressed can only be read by clients that take it so. */
function isEncoded({ endpoint }: Call, reply: Reply): boolean {
  return endpoint.kind === 'passthrough' && headerOf(reply, 'content-encoding') !== undefined;
}

function headerOf({ headers }: Reply, wanted: string): string | undefined {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at < 0 ? undefined : headers[at + 1];
}
