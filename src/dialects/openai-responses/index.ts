import type { Dialect } from '../dialect.ts';
import { TAGGED } from '../signature.ts';
import { error } from './error.ts';
import { inseparable } from './inseparable.ts';
import { request } from './request.ts';
import { reply } from './response.ts';
import { stream } from './stream.ts';
import { decodeUsage } from './usage.ts';
import { OWN } from './vocabulary.ts';

/** OpenAI's Responses API. */
export const openaiResponses: Dialect = {
  id: OWN,
  name: 'OpenAI Responses',
  docs: 'https://platform.openai.com/docs/api-reference/responses',
  framing: 'sse',
  namedEvents: true,
  answerMarks: ['"output"'],
  failureMarks: ['"status":"failed"', '"status": "failed"'],
  // The last event holds the whole answer, so that its type may stand far before the end; the token total is close to it.
  terminators: [
    '\nevent: response.completed',
    '\nevent: response.incomplete',
    '\nevent: response.failed',
    '"type":"response.completed"',
    '"type":"response.incomplete"',
    '"type":"response.failed"',
    '"type": "response.completed"',
    '"type": "response.incomplete"',
    '"type": "response.failed"',
    '"total_tokens":',
    '\ndata: [DONE]',
  ],
  foreignMarks: TAGGED,
  customTools: true,
  inseparable,
  request,
  reply,
  stream,
  error,
  usage: { member: 'usage', model: 'model', decode: decodeUsage },
};
