import type { ResolvedConfig } from '../config/resolved.ts';
import type { Readable } from 'node:stream';
import type { RouteTaken } from '../errors.ts';
import type { Attempts } from './attempts.ts';
import type { Endpoint } from './endpoint.ts';
import type { Notes } from './notes.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { Flow } from '../ir/flow.ts';
import type { JsonObject } from '../ir/json.ts';

/** One client request on its way through the pipeline. Readonly: a step passes on a changed copy. */
export interface Call {
  /** Unique id of the request, hex. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly method: string;
  /** Path with its query, as the client sent it. */
  readonly url: string;
  readonly pathname: string;
  /** Header names are lower case; repeated headers are joined as Node joins them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** A body that is streamed through instead of being taken in; it can be sent once only. */
  readonly upload: Readable | undefined;
  /** The parsed body where it is a JSON object, else undefined. */
  readonly json: JsonObject | undefined;
  readonly endpoint: Endpoint;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  readonly metadata: JsonObject;
  /** The caller's trace id, else the call's own. */
  readonly traceId: string;
  /** Set by the step that reads the config. */
  readonly config: ResolvedConfig | undefined;
  /** Set by the step that keeps responses, for requests of the dialect that can refer to them. */
  readonly recall?: Recall | undefined;
  /** The books of the call, which every copy of it shares. */
  readonly attempts: Attempts;
  readonly notes: Notes;
  /** Whether something else can still be tried when this attempt fails; opening events of a stream are held back only then. */
  readonly recoverable: boolean;
  /** A strategy tries another target beside this one when the first content takes too long; the attempt itself goes on. */
  readonly isRaced: boolean;
  /** Text that the client has of a streamed answer which broke off: a target that can is asked to go on from there, another one anew. */
  readonly delivered?: string | undefined;
}

/**
 * Spells out what a body refers to by ids, for a host that does not know them. `keeper` names the host as one that keeps answers and
 * continues them by their ids; undefined: it keeps none. The same object where nothing has to be spelled out.
 */
export type Recall = (body: JsonObject, keeper: string | undefined) => JsonObject;

/** The answer to a call. */
export interface Reply {
  readonly status: number;
  /** Headers for the client, flat name-value pairs; the server adds framing and the gateway's own. */
  readonly headers: readonly string[];
  readonly body: ReplyBody;
  /** False: answers in OpenAI's shape are extended (`content_blocks`, the provider's own finish reasons). */
  readonly strict: boolean;
  readonly route: RouteTaken;
  /** Set where the answer is to be kept for later requests. */
  readonly keeping?: Keeping | undefined;
  /** The gateway has asked the provider to tell what its stream used, and the client has not. */
  readonly hidesUsage?: boolean | undefined;
  /** The part of what was delivered before that this answer goes on from, without saying it again. */
  readonly goesOnFrom?: string | undefined;
}

export interface Keeping {
  /** The host that keeps the answer too, under the id that the client sees, as `recall` will be asked with. */
  readonly keeper: string | undefined;
}

export type ReplyBody =
  /** A whole body, ready for the client. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array | string }
  /** A streamed body, ready for the client. */
  | { readonly kind: 'stream'; readonly flow: Flow<Uint8Array | string> }
  /** A whole answer in the canonical vocabulary. */
  | { readonly kind: 'answer'; readonly events: readonly ChatEvent[] }
  /** A streamed answer in the canonical vocabulary. */
  | { readonly kind: 'events'; readonly flow: Flow<EventBatch> };

/** A piece of a streamed answer. */
export interface EventBatch {
  readonly events: readonly ChatEvent[];
  /** The bytes that say the same in the client's dialect, where the provider speaks it; they are what the client gets then. */
  readonly raw?: Uint8Array | string | undefined;
}

/** Resolves when the first content of the answer is in hand; rejects with a GatewayError while the client has seen nothing. */
export type Handler = (call: Call) => Promise<Reply>;

/** A stage of the pipeline. */
export type Step = (next: Handler) => Handler;

/** Chains steps in front of a handler; the first step is the outermost. */
export function pipeline(steps: readonly Step[], last: Handler): Handler {
  return steps.reduceRight((next, step) => step(next), last);
}
