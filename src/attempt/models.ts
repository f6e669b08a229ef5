import { readModelList, writeModelList, type ModelListShape } from '../dialects/model-list.ts';
import { isObject } from '../dialects/read.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call, Reply } from '../pipeline/step.ts';
import type { Transport, UpstreamHead } from '../transport/port.ts';
import { jsonOrText } from './body.ts';
import { attemptHeaders } from './headers.ts';
import { passthroughPath } from './passthrough.ts';
import { perform } from './perform.ts';
import { WholeReceiver } from './receive-whole.ts';
import { locate, type Target } from './target.ts';
import { notAnAnswer } from './upstream-error.ts';

export type ModelsCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'models' }> };

/** What a list in a client's own shape looks like; it is passed on as it is. */
const OWN_SHAPE: Readonly<Record<ModelListShape, (body: JsonObject) => boolean>> = {
  'openai-chat': (body) => body['object'] === 'list',
  'anthropic-messages': (body) => 'has_more' in body && Array.isArray(body['data']),
  gemini: (body) => Array.isArray(body['models']),
};

/** Lists a target's models in the shape that the client knows. */
export function attemptModels(call: ModelsCall, target: Target, transport: Transport): Promise<Reply> {
  const { shape, path } = call.endpoint;
  const { models } = target.provider.endpoints;
  if (models === undefined && target.provider.endpoints.chat === undefined)
    throw new GatewayError('unsupported_endpoint', `models are not listed by ${target.provider.id}`);
  const request = {
    ...locate(target, models ?? passthroughPath(target, path, ''), ''),
    method: 'GET',
    headers: attemptHeaders(call, target, 'application/json'),
    body: null,
    guarded: target.guarded,
  };
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped: [] };
  const interpret = (head: UpstreamHead, bytes: Buffer): Reply => {
    const body = jsonOrText(bytes);
    if (typeof body === 'string') throw notAnAnswer(head);
    const isOwn = isObject(body) && OWN_SHAPE[shape](body);
    const list = isOwn ? bytes : JSON.stringify(writeModelList(readModelList(body), shape, target.provider.id));
    return { status: head.status, headers: head.headers, body: { kind: 'bytes', bytes: list }, strict: true, route };
  };
  const options = { transport, request, signal: call.signal, timeout: target.node.requestTimeout };
  return perform(options, (settle) => new WholeReceiver(settle, openaiChat.error, interpret));
}
