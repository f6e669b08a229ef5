import type { Dialect } from '../dialects/dialect.ts';
import type { Endpoint } from './endpoint.ts';

/** Bytes at a piece's end in which its last event is looked for. */
const END = 512;

/**
 * Whether a piece of a stream in the client's dialect is the last one: clients stop reading there. Line breaks inside JSON text are escaped,
 * so no text that a model writes looks like a line of its own. Dialects that close their streams with nothing have no last piece.
 */
export function isLastPiece(bytes: Uint8Array | string, endpoint: Endpoint): boolean {
  if (endpoint.kind !== 'chat') return false;
  const mark = markOf(endpoint.dialect);
  if (mark === undefined) return false;
  const end = typeof bytes === 'string' ? bytes.slice(-END) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(-END);
  return end.includes(mark);
}

const marks = new WeakMap<Dialect, { readonly mark: string | undefined }>();

function markOf(dialect: Dialect): string | undefined {
  let known = marks.get(dialect);
  if (known === undefined) marks.set(dialect, (known = { mark: lineOf(dialect) }));
  return known.mark;
}

function lineOf({ closing, framing }: Dialect): string | undefined {
  if (framing !== 'sse' || closing === undefined) return undefined;
  return closing === '[DONE]' ? 'data: [DONE]\n' : `event: ${String(closing['type'])}\n`;
}
