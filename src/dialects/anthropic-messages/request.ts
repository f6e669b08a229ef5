import type { RequestCodec } from '../dialect.ts';
import { decodeRequest } from './request-decode.ts';
import { encodeRequest } from './request-encode.ts';

/** Requests for a message. */
export const request: RequestCodec = { decode: decodeRequest, encode: encodeRequest };
