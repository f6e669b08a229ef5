import type { Dialect } from '../dialects/dialect.ts';
import { repairChunk } from '../dialects/openai-chat/repair.ts';
import { GatewayError } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import type { ReplyBody } from '../pipeline/step.ts';
import { eventReader } from './event-reader.ts';
import type { UpstreamHead } from '../transport/port.ts';
import { jsonOrText, looksLikeError, looksLikeEvents, looksLikeJson } from './body.ts';
import type { PreparedChat } from './prepare-chat.ts';
import { errorOfInfo, notAnAnswer } from './upstream-error.ts';

/** What the body of a successful response, taken in whole, is to the client; throws where it is no answer. */
export function wholeBody(prepared: PreparedChat, head: UpstreamHead, bytes: Buffer): ReplyBody {
  const { endpoint, sameDialect, stream } = prepared;
  if (!looksLikeJson(bytes)) return streamedBody(prepared, head, bytes);
  const rules = endpoint.quirks?.repair;
  const isNative = sameDialect && !stream;
  if (isNative && rules === undefined && isGood(bytes, endpoint.dialect)) return { kind: 'bytes', bytes };
  const parsed = jsonOrText(bytes);
  const events = decodeWhole(endpoint.dialect, parsed, head);
  refuseErrors(events, head);
  if (!holdsAnswer(bytes, endpoint.dialect)) throw notAnAnswer(head);
  if (!isNative) return { kind: 'answer', events };
  return { kind: 'bytes', bytes: rules === undefined ? bytes : JSON.stringify(repairChunk(parsed as JsonObject, rules)) };
}

/** Some hosts stream whatever they are asked; the events of such an answer are as good as a whole one. */
function streamedBody({ endpoint: { dialect } }: PreparedChat, head: UpstreamHead, bytes: Buffer): ReplyBody {
  if (dialect.framing !== 'sse' || looksLikeEvents(bytes) !== true) throw notAnAnswer(head);
  const reader = eventReader(dialect, dialect.framing);
  const events = [...reader.push(bytes), ...reader.end()];
  refuseErrors(events, head);
  if (!events.some(({ type }) => type === 'finish'))
    throw new GatewayError('stream_truncated', 'The provider broke off in the middle of the answer.');
  return { kind: 'answer', events };
}

/** Whether bytes can be passed on as an answer unread. */
function isGood(bytes: Buffer, dialect: Dialect): boolean {
  const { failureMarks = [] } = dialect;
  return !looksLikeError(bytes) && holdsAnswer(bytes, dialect) && !failureMarks.some((mark) => bytes.includes(mark));
}

function holdsAnswer(bytes: Buffer, { answerMarks }: Dialect): boolean {
  return answerMarks.some((mark) => bytes.includes(mark));
}

/** Some hosts send errors with status 200. */
function refuseErrors(events: readonly ChatEvent[], head: UpstreamHead): void {
  const error = events.find((event) => event.type === 'error');
  if (error !== undefined && !events.some((event) => event.type === 'text' || event.type === 'tool_call'))
    throw errorOfInfo(error.error, head.headers);
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
