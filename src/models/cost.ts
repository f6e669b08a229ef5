import type { Cost, Used } from '../ir/cost.ts';
import type { Usage } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import { rateAt, type Rates } from './rates.ts';
import { tierFactor } from './service-tier.ts';

const MILLION = 1_000_000;
const THOUSAND = 1000;

/** Where both are sold, a prompt is kept for an hour at twice its price, and for five minutes at 1.25 times. */
const HOUR_TO_MINUTES = 1.6;

/** What some usage costs at some rates; the total is null where a bucket has no price. */
export function costOf({ usage, model, tier }: Used, rates: Rates | undefined): Cost {
  const reported = reportedCost(usage.native?.value);
  if (reported !== undefined) return { total: reported, parts: { reported } };
  if (rates === undefined) return UNKNOWN;
  return billed(linesOf(usage, rates), promptOf(usage), tierFactor(tier, model));
}

/** The sum of an invoice's lines. `prompt`: tokens, by which some prices go; `factor`: what the tier makes of prices of tokens. */
function billed(lines: readonly Line[], prompt: number, factor: number): Cost {
  const parts: Record<string, number> = {};
  let total: number | null = 0;
  for (const { bucket, count, rate, per } of lines) {
    const cost = rate === undefined ? null : (count * rateAt(rate, prompt) * (per === MILLION ? factor : 1)) / per;
    if (cost !== null) parts[bucket] = cost;
    total = total === null || cost === null ? null : total + cost;
  }
  return { total, parts };
}

function promptOf({ input = 0, cacheRead = 0, cacheWrite = 0, toolPrompt = 0 }: Usage): number {
  return input + cacheRead + cacheWrite + toolPrompt;
}

const UNKNOWN: Cost = Object.freeze({ total: null, parts: Object.freeze({}) });

/** One line of an invoice. */
interface Line {
  readonly bucket: string;
  readonly count: number;
  readonly rate: Rates[keyof Rates];
  readonly per: number;
}

/** Only what was used at all makes a line. */
class Invoice {
  readonly lines: Line[] = [];

  tokens(bucket: string, count: number | undefined, rate: Line['rate']): void {
    if (count !== undefined && count > 0) this.lines.push({ bucket, count, rate, per: MILLION });
  }

  fees(bucket: string, count: number, rate: Line['rate']): void {
    if (count > 0 && rate !== undefined) this.lines.push({ bucket, count, rate, per: THOUSAND });
  }
}

function linesOf(usage: Usage, rates: Rates): readonly Line[] {
  const invoice = new Invoice();
  addPrompt(invoice, usage, rates);
  addAnswer(invoice, usage, rates);
  invoice.fees('request', 1, rates.request);
  invoice.fees('search', rates.search === undefined ? 0 : searchesOf(usage.native?.value), rates.search);
  return invoice.lines;
}

/** Audio and images are parts of the prompt: of what no cache served first, because that is how little providers tell. */
function addPrompt(invoice: Invoice, usage: Usage, rates: Rates): void {
  const input = new Share(usage.input);
  const audio = new Share(usage.audioInput);
  const image = new Share(usage.imageInput);
  const { cacheRead = rates.input, cacheWrite = rates.input } = rates;
  invoice.tokens('audioInput', input.take(audio), rates.audioInput ?? rates.input);
  invoice.tokens('imageInput', input.take(image), rates.imageInput ?? rates.input);
  invoice.tokens('input', input.left, rates.input);
  invoice.tokens('toolPrompt', usage.toolPrompt, rates.input);
  const cached = new Share(usage.cacheRead);
  invoice.tokens('audioCacheRead', cached.take(audio), rates.audioCacheRead ?? cacheRead);
  invoice.tokens('imageCacheRead', cached.take(image), rates.imageCacheRead ?? cacheRead);
  invoice.tokens('cacheRead', cached.left, cacheRead);
  const hour = Math.min(usage.cacheWriteHour ?? 0, usage.cacheWrite ?? 0);
  invoice.tokens('cacheWrite', (usage.cacheWrite ?? 0) - hour, cacheWrite);
  if (hour > 0) invoice.tokens('cacheWriteHour', hour, hourly(rates));
}

function addAnswer(invoice: Invoice, usage: Usage, rates: Rates): void {
  const output = new Share(usage.output);
  invoice.tokens('audioOutput', output.take(new Share(usage.audioOutput)), rates.audioOutput ?? rates.output);
  invoice.tokens('imageOutput', output.take(new Share(usage.imageOutput)), rates.imageOutput ?? rates.output);
  invoice.tokens('output', output.left, rates.output);
  invoice.tokens('reasoning', usage.reasoning, rates.reasoning ?? rates.output);
}

function searchesOf(record: JsonObject | undefined): number {
  const hosted = record?.['server_tool_use'];
  const count = (hosted as JsonObject | null | undefined)?.['web_search_requests'];
  return typeof count === 'number' ? count : 0;
}

function hourly({ cacheWriteHour, cacheWrite, input }: Rates): Line['rate'] {
  if (cacheWriteHour !== undefined || cacheWrite === undefined) return cacheWriteHour ?? input;
  if (typeof cacheWrite === 'number') return cacheWrite * HOUR_TO_MINUTES;
  const tiers = cacheWrite.tiers.map(({ start, price }) => ({ start, price: price * HOUR_TO_MINUTES }));
  return { base: cacheWrite.base * HOUR_TO_MINUTES, tiers };
}

/** Some tokens of which parts are charged apart. */
class Share {
  left: number;

  constructor(count: number | undefined) {
    this.left = count ?? 0;
  }

  /** Takes as much of a part out as there is, and gives how much that was. */
  take(part: Share): number {
    const taken = Math.min(this.left, part.left);
    this.left -= taken;
    part.left -= taken;
    return taken;
  }
}

/** Some hosts write the bill themselves, in USD, into their usage records. */
function reportedCost(record: JsonObject | undefined): number | undefined {
  const cost = record?.['cost'];
  const candidates = [cost, (cost as JsonObject | null | undefined)?.['total_cost'], record?.['estimated_cost']];
  return candidates.find((value): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0);
}
