import type { ErrorInfo } from '../errors.ts';
import type { DialectId } from '../ir/dialect-id.ts';
import type { ChatEvent, Usage } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import type { JsonText } from '../ir/json-text.ts';
import type { ChatRequest } from '../ir/request.ts';

/**
 * A wire format for chat: pure codecs between it and the canonical vocabulary, used in both directions (a client's requests are decoded
 * and its answers encoded; an upstream's requests are encoded and its answers decoded). No I/O, no clock, no randomness, no provider.
 */
export interface Dialect {
  readonly id: DialectId;
  readonly name: string;
  /** Where the wire format is documented. */
  readonly docs: string;
  readonly framing: Framing;
  /** SSE only: each event is named after its `type` member. */
  readonly namedEvents: boolean;
  /** Byte patterns one of which stands in the last 4 KiB of every stream that was not cut off. */
  readonly terminators: readonly string[];
  /** Byte patterns one of which stands in every whole answer; a body without is something else. */
  readonly answerMarks: readonly string[];
  /** Byte patterns one of which stands in every whole answer that failed although it looks like one. */
  readonly failureMarks?: readonly string[];
  /** What stands behind the finish of a stream; streams that lack it, and are whole otherwise, are given it. */
  readonly closing?: WireEvent | undefined;
  /** Byte patterns one of which stands in every request body with proofs that this dialect's providers did not write and would refuse. */
  readonly foreignMarks?: readonly string[];
  /** Tools may take free text instead of JSON; in other dialects they are described as functions with one text for an argument. */
  readonly customTools?: true;
  /** The member by which a request leaves its earlier turns to the host; hosts that keep none are not sent such requests. */
  readonly keptBy?: string;
  /** What of a client's request only this dialect can say and nobody would want left out; undefined where there is nothing. */
  readonly inseparable?: (request: ChatRequest) => Inseparable | undefined;
  readonly request: RequestCodec;
  readonly reply: ReplyCodec;
  readonly stream: StreamCodec;
  readonly error: ErrorCodec;
  readonly usage: UsageCodec;
  /** Undefined: every stream tells what it used. */
  readonly usageOnRequest?: UsageOnRequest | undefined;
}

/** How a stream is asked for what it used, and where it tells. */
export interface UsageOnRequest {
  /** The member of a request that asks. */
  readonly member: string;
  readonly isAsked: (wire: JsonObject) => boolean;
  readonly ask: (wire: JsonObject) => JsonObject;
  /** Byte patterns one of which stands in every event that tells nothing else. */
  readonly marks: readonly string[];
  readonly isUsageOnly: (event: WireEvent) => boolean;
}

/** Where answers say what they used, for whoever looks for that in bytes that are passed on as they are. */
export interface UsageCodec {
  /** The member that holds the record. The last one in an answer counts. */
  readonly member: string;
  /** The member that names the model; undefined: no answer does. */
  readonly model: string | undefined;
  /** The first event of a stream has a record too, which the last one completes. */
  readonly opens?: true;
  /** Undefined where nothing is counted. */
  decode(record: JsonObject, opening?: JsonObject): Usage | undefined;
}

/** A member of a request that cannot be translated. */
export interface Inseparable {
  /** Its path in the request. */
  readonly param: string;
  /** What it is, for a sentence that goes on with «exists in this dialect only». */
  readonly what: string;
  /** The code by which clients of the dialect know that they may ask again without it. */
  readonly code?: string;
}

/** How events are laid out in the bytes of a streamed answer. */
export type Framing = 'sse' | 'aws-eventstream';

export interface RequestCodec {
  /** Throws `invalid_request` with the path of the field that is wrong. */
  decode(wire: JsonObject, route: RouteParameters): ChatRequest;
  encode(request: ChatRequest): Encoded;
}

/** What the URL of the request says in dialects that put it there. */
export interface RouteParameters {
  readonly model?: string | undefined;
  readonly stream?: boolean | undefined;
}

/** A request on the wire, and the canonical members that the dialect could not express (for `x-sluice-dropped-params`). */
export interface Encoded {
  readonly wire: JsonObject;
  readonly dropped: readonly string[];
}

export interface ReplyCodec {
  /** A whole reply, decoded by the stream decoder as a stream of one chunk. Throws nothing: an error body becomes an error event. */
  decode(wire: JsonObject): ChatEvent[];
  encode(events: readonly ChatEvent[], context: ReplyContext): JsonObject;
}

export interface StreamCodec {
  /**
   * Pieces of text leave the decoder as it was: an event that differs from the one before in nothing but its text means the same but for that,
   * and can be kept from the decoder.
   */
  readonly hasPlainTexts?: true;
  decoder(): Transducer<WireEvent, ChatEvent>;
  encoder(context: ReplyContext): Transducer<ChatEvent, EncodedEvent>;
}

/** The parsed JSON of one event of a stream; `[DONE]` where a stream says so. */
export type WireEvent = JsonObject | '[DONE]';

/** The same on its way out, where some of it may be written already. */
export type EncodedEvent = WireEvent | JsonText;

/** Maps a stream item by item: synchronous, no clock, no randomness. `end` gives what is left when the input is over. */
export interface Transducer<In, Out> {
  push(item: In): Out[];
  end(): Out[];
}

export interface ErrorCodec {
  /** Reads a provider's error body, parsed JSON or text. Some name the error in a header only: `headers` are flat name-value pairs. */
  decode(status: number, body: unknown, headers?: readonly string[]): ErrorInfo;
  encode(error: ErrorInfo): JsonObject;
}

/** What an encoder needs beyond the events. */
export interface ReplyContext {
  /** Used where the upstream gave no id. Letters and digits only; the dialect adds its own prefix. */
  readonly id: string;
  /** Unix seconds, used where the upstream gave none. */
  readonly created: number;
  /** The model asked for, used where the upstream named none. */
  readonly model: string;
  /** False: the caller wants OpenAI's shape extended (`content_blocks`, the provider's own finish reasons). */
  readonly strict: boolean;
  /** Whether a stream ends with its usage in dialects that leave the choice to the caller. */
  readonly includeUsage: boolean;
  /** Id of the provider that answered. */
  readonly provider?: string | undefined;
  /** The event before, where the encoder is only to tell how a stream ends that it did not write itself. */
  readonly after?: WireEvent | undefined;
  /** The client's own request, for dialects whose answers repeat it. */
  readonly request?: JsonObject | undefined;
}
