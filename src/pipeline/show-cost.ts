import type { UsageCodec } from '../dialects/dialect.ts';
import type { Used } from '../ir/cost.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import { countsAnything, lastRecord, modelIn, type Found } from './find-usage.ts';
import { mapped } from './flow-map.ts';
import { ownHeader } from './own-header.ts';
import type { Call, EventBatch, ReplyBody } from './step.ts';

/** Whether the client wants to read in the answer's usage what it cost: by a header, or as OpenRouter's clients ask. */
export function wantsCost(call: Call): boolean {
  return ownHeader(call, 'include-cost')?.toLowerCase() === 'true' || asksInBody(call.json);
}

function asksInBody(json: JsonObject | undefined): boolean {
  const usage = json?.['usage'];
  return typeof usage === 'object' && usage !== null && 'include' in usage && usage['include'] === true;
}

/** The call without what it says to the gateway only; providers refuse what they do not know. */
export function withoutCostRequest(call: Call): Call {
  if (call.json === undefined || !asksInBody(call.json)) return call;
  const { usage: _, ...json } = call.json;
  return { ...call, json, body: Buffer.from(JSON.stringify(json)) };
}

export interface CostShown {
  readonly codec: UsageCodec;
  /** USD; undefined where it is unknown. */
  readonly costOf: (used: Used) => number | undefined;
}

/** An answer with `cost` beside the counts of its usage, wherever that stands. Bytes of a binary framing stay as they are. */
export function showingCost(body: ReplyBody, { codec, costOf }: CostShown): ReplyBody {
  const marker = new CostMarker(codec, costOf);
  switch (body.kind) {
    case 'bytes':
      return { kind: 'bytes', bytes: marker.write(textOf(body.bytes), false) };
    case 'answer':
      return { kind: 'answer', events: body.events.map((event) => marker.priced(event)) };
    case 'stream':
      return { kind: 'stream', flow: mapped(body.flow, (bytes) => marker.write(textOf(bytes), true)) };
    case 'events':
      return { kind: 'events', flow: mapped(body.flow, (batch) => batchWithCost(batch, marker)) };
  }
}

function batchWithCost({ events, raw }: EventBatch, marker: CostMarker): EventBatch {
  const priced = events.map((event) => marker.priced(event));
  return raw === undefined ? { events: priced } : { events: priced, raw: marker.write(textOf(raw), true) };
}

class CostMarker {
  readonly #codec: UsageCodec;
  readonly #costOf: CostShown['costOf'];
  #opening: JsonObject | undefined;
  #model: string | undefined;

  constructor(codec: UsageCodec, costOf: CostShown['costOf']) {
    this.#codec = codec;
    this.#costOf = costOf;
  }

  /** `isPiece`: of a stream, whose first record may be completed by a later one. */
  write(text: string, isPiece: boolean): string {
    this.#model ??= modelIn(text, this.#codec);
    const found = lastRecord(text, this.#codec);
    if (found === undefined) return text;
    if (isPiece && this.#codec.opens === true && this.#opening === undefined && text.indexOf(`"${this.#codec.member}"`) + 1 > found.start) {
      this.#opening = found.record;
      return text;
    }
    return this.#written(text, found);
  }

  priced(event: ChatEvent): ChatEvent {
    if (event.type === 'start') this.#model ??= event.model;
    if (event.type !== 'usage') return event;
    const cost = this.#costOf({ usage: event.usage, model: this.#model });
    return cost === undefined ? event : { ...event, usage: { ...event.usage, cost } };
  }

  #written(text: string, { record, end }: Found): string {
    const usage = this.#codec.decode(record, this.#opening);
    const cost = usage === undefined || !countsAnything(usage) ? undefined : this.#costOf({ usage, model: this.#model });
    return cost === undefined || 'cost' in record ? text : `${text.slice(0, end)},"cost":${String(cost)}${text.slice(end)}`;
  }
}

function textOf(bytes: Uint8Array | string): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
