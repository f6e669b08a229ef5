import { repairChunk, repairer } from '../dialects/openai-chat/repair.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import type { Endpoint } from '../pipeline/endpoint.ts';
import type { Call, Reply, ReplyBody } from '../pipeline/step.ts';
import type { ChatEndpoint, Quirks } from '../providers/provider.ts';
import type { Transport, UpstreamHead, UpstreamRequest } from '../transport/port.ts';
import { jsonOrText, looksLikeError, looksLikeJson } from './body.ts';
import { attemptHeaders } from './headers.ts';
import { applyParameters } from './parameters.ts';
import { perform, type Settle } from './perform.ts';
import { applyQuirks, refusedMembers } from './quirks.ts';
import { StreamReceiver } from './receive-stream.ts';
import { WholeReceiver } from './receive-whole.ts';
import { MendingRelay, TranslatingRelay, VerbatimRelay, type Relay } from './relay.ts';
import { below, chatEndpoint, locate, type Target } from './target.ts';
import { errorOfInfo, notAnAnswer } from './upstream-error.ts';

export type ChatCall = Call & { readonly endpoint: Extract<Endpoint, { kind: 'chat' }> };

/** A chat request made ready for one target. */
export interface PreparedChat {
  readonly request: UpstreamRequest;
  readonly endpoint: ChatEndpoint;
  readonly stream: boolean;
  /** Client and provider speak the same dialect and framing: the answer's bytes can be passed on. */
  readonly sameDialect: boolean;
  readonly dropped: readonly string[];
}

/** Works out, without sending it, the exact request that a target gets for a chat call. */
export function prepareChat(call: ChatCall, target: Target): PreparedChat {
  const client = call.endpoint.dialect;
  const endpoint = chatEndpoint(target, client);
  const wire = applyParameters(requireBody(call), target.node);
  const model = modelOf(call, target, wire);
  const stream = call.endpoint.stream ?? wire['stream'] === true;
  const sameDialect = endpoint.dialect === client;
  const native = sameDialect ? { wire, dropped: [] } : translateRequest(wire, { client, upstream: endpoint.dialect, model, stream });
  const named = withModelOption(native.wire, endpoint.quirks, target);
  const body = applyQuirks(named, endpoint.quirks);
  const accept = stream ? 'text/event-stream' : 'application/json';
  const request: UpstreamRequest = {
    ...locate(below(target, endpoint), stream ? (endpoint.streamPath ?? endpoint.path) : endpoint.path, model),
    method: 'POST',
    headers: attemptHeaders(call, target, accept),
    body: body === call.json ? call.body : JSON.stringify(body),
    guarded: target.guarded,
  };
  return {
    request,
    endpoint,
    stream,
    sameDialect: sameDialect && call.endpoint.jsonArray !== true,
    dropped: [...native.dropped, ...refusedMembers(named, endpoint.quirks)],
  };
}

/** Makes one chat attempt at a target. Resolves when content is in hand, or the whole answer where none was streamed. */
export function attemptChat(call: ChatCall, target: Target, transport: Transport): Promise<Reply> {
  const prepared = prepareChat(call, target);
  const { request, endpoint } = prepared;
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped: prepared.dropped };
  const options = { transport, request, signal: call.signal, timeout: target.node.requestTimeout };
  const reply = (head: UpstreamHead, body: ReplyBody): Reply => ({
    status: head.status,
    headers: head.headers,
    body,
    strict: target.node.strict,
    route,
  });
  const whole = (head: UpstreamHead, bytes: Buffer): Reply => reply(head, wholeBody(prepared, head, bytes));
  const errors = endpoint.dialect.error;
  if (!prepared.stream) return perform(options, (settle) => new WholeReceiver(settle, errors, whole));
  const stream = { errors, hold: call.recoverable, whole };
  if (!prepared.sameDialect) {
    return perform(options, (settle: Settle<Reply>) => {
      const relay = new TranslatingRelay(endpoint.dialect);
      return new StreamReceiver(settle, { ...stream, relay, commit: (head, flow) => reply(head, { kind: 'events', flow }) });
    });
  }
  return perform(options, (settle: Settle<Reply>) => {
    const relay = sameDialectRelay(endpoint);
    return new StreamReceiver(settle, { ...stream, relay, commit: (head, flow) => reply(head, { kind: 'stream', flow }) });
  });
}

function sameDialectRelay({ dialect, quirks }: ChatEndpoint): Relay<Buffer | string> {
  const rules = quirks?.repair;
  if (rules === undefined) return new VerbatimRelay(dialect);
  return new MendingRelay(dialect, repairer(rules));
}

function requireBody(call: ChatCall): JsonObject {
  if (call.json !== undefined) return call.json;
  throw new GatewayError('invalid_json', 'The request body must be a JSON object.');
}

function modelOf(call: ChatCall, target: Target, wire: JsonObject): string {
  const override = target.node.overrideParams['model'];
  const model = typeof override === 'string' ? override : (call.endpoint.model ?? wire['model']);
  return typeof model === 'string' ? model : '';
}

interface Translation {
  readonly client: Dialect;
  readonly upstream: Dialect;
  readonly model: string;
  readonly stream: boolean;
}

function translateRequest(wire: JsonObject, { client, upstream, model, stream }: Translation): { wire: JsonObject; dropped: readonly string[] } {
  return upstream.request.encode({ ...client.request.decode(wire, { model, stream }), model, stream });
}

/** Azure calls the model by the deployment's name: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle */
function withModelOption(wire: JsonObject, quirks: Quirks | undefined, target: Target): JsonObject {
  const model = quirks?.modelOption === undefined ? undefined : target.options[quirks.modelOption];
  return model === undefined ? wire : { ...wire, model };
}

function wholeBody(prepared: PreparedChat, head: UpstreamHead, bytes: Buffer): ReplyBody {
  const { endpoint, sameDialect, stream } = prepared;
  if (!looksLikeJson(bytes)) throw notAnAnswer(head);
  const rules = endpoint.quirks?.repair;
  if (sameDialect && !stream && rules === undefined && !looksLikeError(bytes)) return { kind: 'bytes', bytes };
  const parsed = jsonOrText(bytes);
  const events = decodeWhole(endpoint.dialect, parsed, head);
  const error = events.find((event) => event.type === 'error');
  if (error !== undefined && !events.some((event) => event.type === 'text' || event.type === 'tool_call'))
    throw errorOfInfo(error.error, head.headers);
  if (!sameDialect || stream) return { kind: 'answer', events };
  return { kind: 'bytes', bytes: rules === undefined ? bytes : JSON.stringify(repairChunk(parsed as JsonObject, rules)) };
}

/** A whole body, or a stream that the provider wrote as one JSON list. */
function decodeWhole(dialect: Dialect, parsed: unknown, head: UpstreamHead): ChatEvent[] {
  if (Array.isArray(parsed)) {
    const decoder = dialect.stream.decoder();
    return [...parsed.flatMap((item: JsonObject) => decoder.push(item)), ...decoder.end()];
  }
  if (typeof parsed !== 'object' || parsed === null) throw notAnAnswer(head);
  const events = dialect.reply.decode(parsed as JsonObject);
  // A body that parses is a whole answer, even where the host leaves out why it ended.
  return events.some(({ type }) => type === 'finish' || type === 'error') ? events : [...events, { type: 'finish', choice: 0, reason: 'stop' }];
}
