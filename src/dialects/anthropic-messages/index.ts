import type { Dialect } from '../dialect.ts';
import { TAGGED } from '../signature.ts';
import { error } from './error.ts';
import { inseparable } from './inseparable.ts';
import { request } from './request.ts';
import { reply } from './response.ts';
import { stream } from './stream.ts';
import { decodeUsage, mergeUsage } from './usage.ts';
import { OWN } from './vocabulary.ts';

/** Anthropic's Messages API, as Claude's hosts and many others speak it. */
export const anthropicMessages: Dialect = {
  id: OWN,
  name: 'Anthropic Messages',
  docs: 'https://platform.claude.com/docs/en/api/messages',
  framing: 'sse',
  namedEvents: true,
  answerMarks: ['"content"'],
  // Inside a JSON string line breaks and quotes are escaped, so no text that the model writes can look like one of these.
  terminators: ['"type":"message_stop"', '"type": "message_stop"', '"stop_reason":"', '"stop_reason": "'],
  closing: { type: 'message_stop' },
  foreignMarks: TAGGED,
  keptBy: 'thread',
  inseparable,
  request,
  reply,
  stream,
  error,
  usage: { member: 'usage', model: 'model', opens: true, decode: (record, opening = {}) => decodeUsage(mergeUsage(opening, record)) },
};
