import type { Dialect, Framing } from '../dialects/dialect.ts';
import { repairer } from '../dialects/openai-chat/repair.ts';
import type { Flow } from '../ir/flow.ts';
import type { EventBatch, Reply, ReplyBody } from '../pipeline/step.ts';
import type { ChatEndpoint } from '../providers/provider.ts';
import type { Transport, UpstreamHead } from '../transport/port.ts';
import { exceptionsAsErrors, knowingExceptions } from './exceptions.ts';
import { perform, type PerformOptions, type Settle } from './perform.ts';
import { prepareChat, type ChatCall } from './prepare-chat.ts';
import { usageInBody, usageInStream } from './said.ts';
import { StreamReceiver } from './receive-stream.ts';
import { WholeReceiver } from './receive-whole.ts';
import { MendingRelay, TranscribingRelay, TranslatingRelay, VerbatimRelay, type Relay } from './relay.ts';
import type { Target } from './target.ts';
import { wholeBody } from './whole-body.ts';

/** Makes one chat attempt at a target. Resolves when content is in hand, or the whole answer where none was streamed. */
export function attemptChat(call: ChatCall, target: Target, transport: Transport): Promise<Reply> {
  const prepared = prepareChat(call, target);
  const { request, endpoint } = prepared;
  const route = { path: target.node.path, provider: target.provider.id, retries: 0, dropped: prepared.dropped };
  const { requestTimeout: timeout, timeouts } = target.node;
  const options = { transport, request, signal: call.signal, timeout, limits: limitsOf(call, target), idle: timeouts.idle };
  const reply = (head: UpstreamHead, body: ReplyBody): Reply => ({
    status: head.status,
    headers: head.headers,
    body,
    strict: target.node.strict,
    route,
    keeping: prepared.keeping,
    hidesUsage: prepared.hidesUsage,
    goesOnFrom: prepared.goesOnFrom,
  });
  // It enters the books just before it begins.
  const entry = call.attempts.latest;
  const codec = endpoint.dialect.usage;
  const whole = (head: UpstreamHead, bytes: Buffer): Reply =>
    usageInBody(entry, { bytes, codec }, () => reply(head, wholeBody(prepared, head, bytes)));
  const errors = endpoint.dialect.error;
  if (!prepared.stream) return perform(options, (settle) => new WholeReceiver(settle, errors, whole));
  const stream = { errors, hold: call.recoverable || timeouts.firstEvent !== undefined, whole };
  // Bytes that another target may have to go on from are written as they came, which a list of events cannot be.
  const isListed = call.recoverable && call.endpoint.jsonArray === true;
  const bytes = prepared.sameDialect && !isListed ? sameDialectRelay(endpoint) : undefined;
  if (bytes !== undefined && !call.recoverable) {
    usageInStream(entry, bytes.watch);
    const commit = (head: UpstreamHead, flow: Flow<Uint8Array | string>): Reply => reply(head, { kind: 'stream', flow });
    return perform(options, (settle: Settle<Reply>) => new StreamReceiver(settle, { ...stream, relay: bytes, commit }));
  }
  const { dialect } = endpoint;
  const relay = bytes === undefined ? new TranslatingRelay(unframed(endpoint), framingOf(endpoint)) : new TranscribingRelay(dialect, bytes);
  usageInStream(entry, relay.watch);
  const commit = (head: UpstreamHead, flow: Flow<EventBatch>): Reply => reply(head, { kind: 'events', flow });
  return perform(options, (settle: Settle<Reply>) => new StreamReceiver(settle, { ...stream, relay, commit }));
}

/** Time limits of an attempt. The first content has none of its own where a strategy races it against another target. */
function limitsOf(call: ChatCall, { node: { timeouts } }: Target): PerformOptions['limits'] {
  return { connected: timeouts.connect, content: call.isRaced ? undefined : timeouts.firstEvent, over: timeouts.total };
}

function framingOf({ dialect, framing }: ChatEndpoint): Framing {
  return framing ?? dialect.framing;
}

/** The bytes as they are, where the host keeps to the letter of the dialect; else its events one by one. */
function sameDialectRelay(endpoint: ChatEndpoint): Relay<string | Uint8Array> {
  const { dialect, quirks } = endpoint;
  const exceptions = isReframed(endpoint) ? exceptionsAsErrors(dialect) : undefined;
  const mend = quirks?.repair === undefined ? exceptions : repairer(quirks.repair);
  return mend === undefined ? new VerbatimRelay(dialect) : new MendingRelay(dialect, { framing: framingOf(endpoint), mend });
}

/** The dialect as the events of the host's framing are to be read in it. */
function unframed(endpoint: ChatEndpoint): Dialect {
  return isReframed(endpoint) ? knowingExceptions(endpoint.dialect) : endpoint.dialect;
}

function isReframed(endpoint: ChatEndpoint): boolean {
  return framingOf(endpoint) !== endpoint.dialect.framing;
}
