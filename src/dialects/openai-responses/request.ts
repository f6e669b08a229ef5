import type { RequestCodec } from '../dialect.ts';
import { decodeRequest } from './decode-request.ts';
import { encodeRequest } from './encode-request.ts';

/** Requests, in both directions. */
export const request: RequestCodec = { decode: decodeRequest, encode: encodeRequest };
