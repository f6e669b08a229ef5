import { customToolNames, withCustomCalls, withoutCustomTools } from '../dialects/custom-tools.ts';
import { withDescribedTools } from '../dialects/described-tools.ts';
import type { Dialect, Inseparable } from '../dialects/dialect.ts';
import { withThoughts, type ThoughtsBack } from '../dialects/openai-chat/thoughts.ts';
import { withSearch } from '../dialects/web-search.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { ChatRequest } from '../ir/request.ts';
import { goingOnFrom } from './prefill.ts';

export interface TranslationOptions {
  readonly client: Dialect;
  readonly upstream: Dialect;
  readonly model: string;
  readonly stream: boolean;
  /** The provider's name, for what cannot be sent to it. */
  readonly provider: string;
  /** What the answer is to go on from. */
  readonly beginning?: string | undefined;
  /** How the host takes back what the model thought before; undefined: it does not. */
  readonly thoughts?: ThoughtsBack | undefined;
}

/** A request in the upstream's dialect. */
export interface Translation {
  readonly wire: JsonObject;
  readonly dropped: readonly string[];
  /** The dialect in which the answer is read: the upstream's, with what was described otherwise turned back. */
  readonly upstream: Dialect;
}

/** Writes a client's request in the dialect of an upstream; throws `unsupported_content` for what must not be left out. */
export function translate(wire: JsonObject, options: TranslationOptions): Translation {
  const { client, upstream, provider, beginning, thoughts } = options;
  const asked = decoded(wire, options);
  const thought = thoughts === undefined ? asked : withThoughts(asked, thoughts);
  const request = beginning === undefined ? thought : goingOnFrom(thought, beginning);
  if (upstream === client) return { ...upstream.request.encode(request), upstream };
  const { request: searching, dropped } = withSearch(withDescribedTools(request, upstream.id), upstream.id);
  refuseInseparable(searching, { client, upstream, provider });
  const hasCustomTools = upstream.customTools === true;
  const encoded = upstream.request.encode(hasCustomTools ? searching : withoutCustomTools(searching));
  return {
    wire: encoded.wire,
    dropped: [...encoded.dropped, ...dropped],
    upstream: hasCustomTools ? upstream : withCustomCalls(upstream, customToolNames(searching)),
  };
}

/** What a client asks for, of the model and in the way that it will be asked in. */
export function decoded(wire: JsonObject, { client, model, stream }: Pick<TranslationOptions, 'client' | 'model' | 'stream'>): ChatRequest {
  return { ...client.request.decode(wire, { model, stream }), model, stream };
}

/** Refuses a request that leaves its earlier turns to a host of its own dialect which keeps none: it would be answered without them. */
export function refuseKept(wire: JsonObject, { client, model, stream, provider }: TranslationOptions): void {
  const member = client.keptBy === undefined ? undefined : wire[client.keptBy];
  if (member === undefined || member === null) return;
  const found = client.inseparable?.(client.request.decode(wire, { model, stream }));
  if (found !== undefined) throw refusal(found, `is not to be had from ${provider}`);
}

function refuseInseparable(request: ChatRequest, { client, upstream, provider }: Pick<TranslationOptions, 'client' | 'upstream' | 'provider'>): void {
  const found = client.inseparable?.(request);
  if (found !== undefined) throw refusal(found, `exists in the dialect ${client.id} only, but ${provider} is asked in ${upstream.id}`);
}

function refusal({ param, what, code }: Inseparable, why: string): GatewayError {
  return new GatewayError('unsupported_content', `${param}: ${what} ${why}.`, { param, publicCode: code });
}
