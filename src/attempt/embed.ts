import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call, Reply, ReplyBody } from '../pipeline/step.ts';
import type { Transport, UpstreamHead } from '../transport/port.ts';
import { jsonOrText, looksLikeError, looksLikeJson } from './body.ts';
import { attemptHeaders } from './headers.ts';
import { applyParameters } from './parameters.ts';
import { perform } from './perform.ts';
import { applyQuirks, modelAt, refusedMembers } from './quirks.ts';
import { WholeReceiver } from './receive-whole.ts';
import { embedEndpoint, locate, type Target } from './target.ts';
import { errorOfResponse, notAnAnswer } from './upstream-error.ts';

export type EmbedCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'embed' }> };

/** Makes one attempt at a target's embeddings endpoint, translating where client and provider speak different formats. */
export function attemptEmbed(call: EmbedCall, target: Target, transport: Transport): Promise<Reply> {
  if (call.json === undefined) throw new GatewayError('invalid_json', 'The request body must be a JSON object.');
  const client = call.endpoint.dialect;
  const wire = applyParameters(call.json, target.node);
  const override = target.node.overrideParams['model'];
  const wanted = typeof override === 'string' ? override : (call.endpoint.model ?? wire['model']);
  const asked = typeof wanted === 'string' ? wanted : '';
  const endpoint = embedEndpoint(target, asked);
  const model = modelAt(endpoint.quirks, asked);
  const canonical = endpoint.dialect === client && client.hasForms !== true ? undefined : { ...client.request.decode(wire, { model }), model };
  const native = canonical === undefined ? { wire, dropped: [] } : endpoint.dialect.request.encode(canonical);
  const body = applyQuirks(native.wire, endpoint.quirks);
  const request = {
    ...locate(target, endpoint.path, model),
    method: 'POST',
    headers: attemptHeaders(call, target, 'application/json'),
    body: body === call.json ? call.body : JSON.stringify(body),
    guarded: target.guarded,
  };
  const dropped = [...native.dropped, ...refusedMembers(native.wire, endpoint.quirks)];
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped };
  const interpret = (head: UpstreamHead, bytes: Buffer): Reply => {
    if (!looksLikeJson(bytes)) throw notAnAnswer(head);
    if (looksLikeError(bytes)) throw errorOfResponse(endpoint.dialect.error, { ...head, status: 502 }, bytes);
    const translate = (): string => JSON.stringify(client.reply.encode(endpoint.dialect.reply.decode(jsonOrText(bytes) as JsonObject), canonical!));
    const replyBody: ReplyBody = { kind: 'bytes', bytes: canonical === undefined ? bytes : translate() };
    return { status: head.status, headers: head.headers, body: replyBody, strict: true, route };
  };
  const options = { transport, request, signal: call.signal, timeout: target.node.requestTimeout };
  return perform(options, (settle) => new WholeReceiver(settle, endpoint.dialect.error, interpret));
}
