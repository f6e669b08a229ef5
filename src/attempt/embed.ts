import { GatewayError } from '../errors.ts';
import type { EmbeddingReply } from '../ir/embeddings.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call, Reply } from '../pipeline/step.ts';
import type { EmbedEndpoint } from '../providers/provider.ts';
import type { Transport, UpstreamHead } from '../transport/port.ts';
import { jsonOrText, looksLikeError, looksLikeJson } from './body.ts';
import { attemptHeaders } from './headers.ts';
import { applyParameters } from './parameters.ts';
import { inParts, partsOf } from './parts.ts';
import { perform } from './perform.ts';
import { applyQuirks, modelAt, refusedMembers } from './quirks.ts';
import { WholeReceiver } from './receive-whole.ts';
import { embedEndpoint, locate, type Target } from './target.ts';
import { errorOfResponse, notAnAnswer } from './upstream-error.ts';

export type EmbedCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'embed' }> };

/** A provider's whole answer. */
interface Answer {
  readonly head: UpstreamHead;
  readonly bytes: Buffer;
}

/** Makes one attempt at a target's embeddings endpoint, translating where client and provider speak different formats. */
export async function attemptEmbed(call: EmbedCall, target: Target, transport: Transport): Promise<Reply> {
  if (call.json === undefined) throw new GatewayError('invalid_json', 'The request body must be a JSON object.');
  const client = call.endpoint.dialect;
  const wire = applyParameters(call.json, target.node);
  const asked = modelOf(call, target, wire);
  const endpoint = embedEndpoint(target, asked);
  const model = modelAt(endpoint.quirks, asked);
  const send = sender(call, { target, endpoint, model, transport });
  const replyWith = (head: UpstreamHead, bytes: Buffer | string, dropped: readonly string[]): Reply => {
    const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped };
    return { status: head.status, headers: head.headers, body: { kind: 'bytes', bytes }, strict: true, route };
  };
  if (endpoint.dialect === client && client.hasForms !== true) {
    const { head, bytes } = await send(wire, call.signal);
    return replyWith(head, bytes, refusedMembers(wire, endpoint.quirks));
  }
  const canonical = { ...client.request.decode(wire, { model }), model };
  const encoded = partsOf(canonical, endpoint.dialect.mostInputs?.(model)).map((part) => endpoint.dialect.request.encode(part));
  const answers = await inParts(encoded, call.signal, (part, signal) => send(part.wire, signal));
  const replies = answers.map(({ bytes }) => endpoint.dialect.reply.decode(jsonOrText(bytes) as JsonObject));
  const dropped = [...new Set(encoded.flatMap((part) => [...part.dropped, ...refusedMembers(part.wire, endpoint.quirks)]))];
  return replyWith((answers[0] as Answer).head, JSON.stringify(client.reply.encode(joined(replies), canonical)), dropped);
}

function modelOf(call: EmbedCall, target: Target, wire: JsonObject): string {
  const override = target.node.overrideParams['model'];
  const model = typeof override === 'string' ? override : (call.endpoint.model ?? wire['model']);
  return typeof model === 'string' ? model : '';
}

interface Destination {
  readonly target: Target;
  readonly endpoint: EmbedEndpoint;
  readonly model: string;
  readonly transport: Transport;
}

/** What sends a request in the endpoint's format and gives the answer, if it is one. */
function sender(call: EmbedCall, { target, endpoint, model, transport }: Destination): (wire: JsonObject, signal: AbortSignal) => Promise<Answer> {
  const place = locate(target, endpoint.path, model);
  const headers = attemptHeaders(call, target, 'application/json');
  const interpret = (head: UpstreamHead, bytes: Buffer): Answer => {
    if (!looksLikeJson(bytes)) throw notAnAnswer(head);
    if (looksLikeError(bytes)) throw errorOfResponse(endpoint.dialect.error, { ...head, status: 502 }, bytes);
    return { head, bytes };
  };
  return (wire, signal) => {
    const sent = applyQuirks(wire, endpoint.quirks);
    const body = sent === call.json ? call.body : JSON.stringify(sent);
    const request = { ...place, method: 'POST', headers, body, guarded: target.guarded };
    return perform(
      { transport, request, signal, timeout: target.node.requestTimeout },
      (settle) => new WholeReceiver(settle, endpoint.dialect.error, interpret),
    );
  };
}

/** The vectors of all parts in their order, and the sum of their tokens. */
function joined(replies: readonly EmbeddingReply[]): EmbeddingReply {
  const [first = { vectors: [] }, ...others] = replies;
  if (others.length === 0) return first;
  const tokens = replies.flatMap(({ promptTokens }) => promptTokens ?? []);
  const promptTokens = tokens.length === 0 ? undefined : tokens.reduce((sum, count) => sum + count, 0);
  return { model: first.model, vectors: replies.flatMap(({ vectors }) => vectors), promptTokens };
}
