import type { CacheEntry } from '../cache/entry.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { isObject, parseJson } from '../dialects/read.ts';
import type { ChatEvent } from '../ir/events.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import { flowOf, type Pacing } from './flow-of.ts';
import type { Call, Reply, ReplyBody } from './step.ts';

export interface Replay {
  /** What the request says of its stream. */
  readonly variant: string;
  /** Undefined: a stream comes all at once. */
  readonly pacing: Pacing | undefined;
}

/** The answer of an entry for a call that asks the same: as it was made where the call wants it in the same form, else made anew from its events. */
export function replayed(entry: CacheEntry, call: Call, replay: Replay): Reply {
  const headers = entry.contentType === undefined ? [] : ['content-type', entry.contentType];
  return { status: 200, headers, body: bodyFor(entry, call, replay), strict: entry.strict, route: entry.route };
}

function bodyFor({ body, variant }: CacheEntry, { endpoint, json }: Call, replay: Replay): ReplyBody {
  if (endpoint.kind !== 'chat') return plainBody(body, replay.pacing);
  const wantsStream = endpoint.stream ?? json?.['stream'] === true;
  if (body.kind === 'bytes' && !wantsStream) return { kind: 'bytes', bytes: body.bytes };
  const isVerbatim = body.kind === 'stream' && wantsStream && endpoint.jsonArray !== true && variant === replay.variant;
  if (isVerbatim) return { kind: 'stream', flow: flowOf(piecesOf(body.bytes, endpoint.dialect, replay.pacing), replay.pacing) };
  const events = eventsOf(body, endpoint.dialect);
  if (!wantsStream || replay.pacing === undefined) return { kind: 'answer', events };
  return {
    kind: 'events',
    flow: flowOf(
      events.map((event) => ({ events: [event] })),
      replay.pacing,
    ),
  };
}

function plainBody(body: CacheEntry['body'], pacing: Pacing | undefined): ReplyBody {
  if (body.kind === 'events') return { kind: 'answer', events: body.events };
  if (body.kind === 'bytes') return { kind: 'bytes', bytes: body.bytes };
  return { kind: 'stream', flow: flowOf<Uint8Array | string>([body.bytes], pacing) };
}

/** What an answer in a dialect says. */
export function eventsOf(body: CacheEntry['body'], dialect: Dialect): readonly ChatEvent[] {
  if (body.kind === 'events') return body.events;
  if (body.kind === 'bytes') {
    const parsed = parseJson(body.bytes.toString('utf8'));
    return isObject(parsed) ? dialect.reply.decode(parsed) : [];
  }
  const frames = FRAMINGS[dialect.framing].decoder();
  const decoder = dialect.stream.decoder();
  return [...[...frames.push(body.bytes), ...frames.end()].flatMap((wire) => decoder.push(wire)), ...decoder.end()];
}

/** A stream event by event where it is to be paced. */
function piecesOf(bytes: Buffer, { framing }: Dialect, pacing: Pacing | undefined): readonly Uint8Array[] {
  if (pacing === undefined || framing !== 'sse') return [bytes];
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf('\n\n'); end >= 0; end = bytes.indexOf('\n\n', start)) {
    pieces.push(bytes.subarray(start, end + 2));
    start = end + 2;
  }
  return start < bytes.length ? [...pieces, bytes.subarray(start)] : pieces;
}
