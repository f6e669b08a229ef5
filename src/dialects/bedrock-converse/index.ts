import type { Dialect } from '../dialect.ts';
import { TAGGED, TAGGED_BASE64 } from '../signature.ts';
import { error } from './error.ts';
import { reply } from './reply.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';
import { streamDecoder } from './stream-decoder.ts';
import { streamEncoder } from './stream-encoder.ts';
import { decodeUsage } from './usage.ts';
import { OWN } from './vocabulary.ts';

/** Bedrock's Converse and ConverseStream. */
export const bedrockConverse: Dialect = {
  id: OWN,
  name: 'Bedrock Converse',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
  framing: 'aws-eventstream',
  namedEvents: false,
  answerMarks: ['"output"'],
  // Headers, which hold bytes that no JSON text does, so that nothing the model writes can look like one. `metadata` comes last and may be
  // longer than the tail that is looked at; its usage stands at its end.
  terminators: [':event-type\u0007\u0000\u000bmessageStop', ':exception-type\u0007', '"totalTokens":'],
  foreignMarks: [...TAGGED, ...TAGGED_BASE64],
  request: { decode: decodeRequest, encode: encodeRequest },
  reply,
  stream: { decoder: streamDecoder, encoder: streamEncoder },
  error,
  usage: { member: 'usage', model: undefined, decode: decodeUsage },
};
