import { decodeUtf8 } from '../config/header-text.ts';
import { depthExceeds, isObject } from '../dialects/read.ts';
import type { JsonObject } from '../ir/json.ts';

/** Path and query of a request target. */
export function splitTarget(target: string): { readonly pathname: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { pathname: target, query: '' } : { pathname: target.slice(0, mark), query: target.slice(mark + 1) };
}

const CLIMBING = /(?:\/|\\|%2f|%5c)(?:\.|%2e){1,2}(?:\/|\\|%2f|%5c|;|$)/i;

/** Whether a path has a segment that others would take for a step upwards, however it is spelt. */
export function climbs(pathname: string): boolean {
  return CLIMBING.test(pathname);
}

type Headers = Readonly<Record<string, unknown>>;

/** The value of one of the gateway's own headers, under either prefix. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[`x-sluice-${name}`] ?? headers[`x-portkey-${name}`];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The trace that the caller names, in the gateway's own header or in that of W3C Trace Context. */
export function traceIdOf(headers: Headers): string | undefined {
  const { traceparent } = headers;
  return headerOf(headers, 'trace-id') ?? (typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined);
}

const NO_METADATA: JsonObject = Object.freeze({});

/** How deeply metadata may be nested; what is deeper counts as none. */
const DEEPEST_METADATA = 16;

/** The caller's metadata; text that is not a JSON object counts as none, as in Portkey, and so does what is nested too deeply to be logged. */
export function readMetadata(headers: Headers): JsonObject {
  const text = headerOf(headers, 'metadata');
  const metadata = text === undefined ? undefined : parseLeniently(decodeUtf8(text));
  return metadata === undefined || depthExceeds(metadata, DEEPEST_METADATA) ? NO_METADATA : metadata;
}

/** A JSON object; undefined where the text is none. */
export function parseLeniently(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
