import type { Dialect } from '../dialects/dialect.ts';
import { FRAMINGS } from '../transport/framing/framings.ts';
import { mapped } from './flow-map.ts';
import type { Call, EventBatch, Reply, Step } from './step.ts';

type Bytes = Uint8Array | string;

/**
 * Leaves out of a stream what it used, where the gateway asked for that and the client did not: costs and budgets need it, and clients that
 * expect every chunk to have a choice would stumble over it.
 */
export const usageAsAsked: Step = (next) => async (call) => {
  const reply = await next(call);
  return hidesUsage(call, reply) ? { ...reply, body: withoutUsage(reply.body, (call.endpoint as { dialect: Dialect }).dialect) } : reply;
};

/** Answers from the cache are as the one who asked first got them from the provider. */
function hidesUsage({ endpoint, json, notes }: Call, reply: Reply): boolean {
  if (reply.hidesUsage === true) return true;
  if (notes.cache?.status !== 'HIT' && notes.cache?.status !== 'SEMANTIC HIT') return false;
  return endpoint.kind === 'chat' && endpoint.dialect.usageOnRequest?.isAsked(json ?? {}) === false;
}

function withoutUsage(body: Reply['body'], dialect: Dialect): Reply['body'] {
  if (body.kind === 'stream') return { kind: 'stream', flow: mapped(body.flow, (bytes) => sifted(bytes, dialect)) };
  if (body.kind !== 'events') return body;
  return {
    kind: 'events',
    flow: mapped(body.flow, (batch: EventBatch) => (batch.raw === undefined ? batch : { ...batch, raw: sifted(batch.raw, dialect) ?? '' })),
  };
}

/** Some whole events without those that only tell what was used; undefined where nothing is left. */
function sifted(bytes: Bytes, { usageOnRequest, framing }: Dialect): Bytes | undefined {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (usageOnRequest === undefined || !isMarked(text, usageOnRequest.marks)) return bytes;
  // An answer from the cache comes in one piece: only the events that may be meant are parsed.
  const kept = String(text)
    .split(EVENT)
    .filter(
      (event) => !isMarked(event, usageOnRequest.marks) || !FRAMINGS[framing].decoder().push(Buffer.from(event)).some(usageOnRequest.isUsageOnly),
    );
  return kept.length === 0 ? undefined : kept.join('');
}

/** Splits text behind the blank lines that end events. */
const EVENT = /(?<=\n\r?\n)/;

function isMarked(text: Buffer | string, marks: readonly string[]): boolean {
  return marks.some((mark) => text.includes(mark));
}
