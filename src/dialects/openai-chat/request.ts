import type { RequestCodec } from '../dialect.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';

/** Requests for chat completions, in both directions. */
export const openaiRequest = { decode: decodeRequest, encode: encodeRequest } as const satisfies RequestCodec;
