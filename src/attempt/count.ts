import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import { estimateTokens } from '../models/estimate-tokens.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call, Reply } from '../pipeline/step.ts';
import type { Transport, UpstreamHead } from '../transport/port.ts';
import { jsonOrText } from './body.ts';
import { attemptHeaders } from './headers.ts';
import { applyParameters } from './parameters.ts';
import { perform } from './perform.ts';
import { applyQuirks, modelAt } from './quirks.ts';
import { WholeReceiver } from './receive-whole.ts';
import { locate, meets, type Target } from './target.ts';
import { notAnAnswer } from './upstream-error.ts';

export type CountCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'count' }> };

/** Counts the tokens of a chat request: by the provider where it can, else by an estimate of our own, which says so. */
export async function attemptCount(call: CountCall, target: Target, transport: Transport): Promise<Reply> {
  if (call.json === undefined) throw new GatewayError('invalid_json', 'The request body must be a JSON object.');
  const { counting } = call.endpoint;
  const wire = applyParameters(call.json, target.node);
  const asked = typeof target.node.overrideParams['model'] === 'string' ? target.node.overrideParams['model'] : modelOf(call, wire);
  const endpoint = (target.provider.endpoints.count ?? []).find(({ when }) => meets(target, when, asked));
  const model = modelAt(endpoint?.quirks, asked);
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped: [] };
  const reply = (head: Pick<UpstreamHead, 'status' | 'headers'>, tokens: number): Reply => {
    const bytes = JSON.stringify(counting.reply.encode(tokens));
    return { ...head, body: { kind: 'bytes', bytes }, strict: true, route };
  };
  const canonical = { ...counting.request.decode(wire, { model }), model };
  if (endpoint === undefined) return reply({ status: 200, headers: ['x-sluice-token-count', 'estimate'] }, await estimateTokens(canonical));
  const native = endpoint.counting === counting ? withModel(wire, model) : endpoint.counting.request.encode(canonical);
  const sent = applyQuirks(native, endpoint.quirks);
  const request = {
    ...locate(target, endpoint.path, model),
    method: 'POST',
    headers: attemptHeaders(call, target, 'application/json'),
    body: sent === call.json ? call.body : JSON.stringify(sent),
    guarded: target.guarded,
  };
  const interpret = (head: UpstreamHead, bytes: Buffer): Reply => {
    const body = jsonOrText(bytes);
    const tokens = typeof body === 'string' ? undefined : endpoint.counting.reply.decode(body as JsonObject);
    if (tokens === undefined) throw notAnAnswer(head);
    return endpoint.counting === counting ? { ...reply(head, tokens), body: { kind: 'bytes', bytes } } : reply(head, tokens);
  };
  const options = { transport, request, signal: call.signal, timeout: target.node.requestTimeout };
  return perform(options, (settle) => new WholeReceiver(settle, endpoint.counting.chat.error, interpret));
}

function withModel(wire: JsonObject, model: string): JsonObject {
  return wire['model'] === undefined || wire['model'] === model ? wire : { ...wire, model };
}

function modelOf(call: CountCall, wire: JsonObject): string {
  const model = call.endpoint.model ?? wire['model'];
  return typeof model === 'string' ? model : '';
}
