import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { log } from '../log.ts';
import type { Destination, QueueSettings } from './settings.ts';

const compress = promisify(gzip);

/** Bytes of items that wait at most, whatever their number. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Milliseconds before a batch is sent again: doubled each time up to the longest, for so many attempts. */
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 30_000;
const MOST_ATTEMPTS = 6;
/** Milliseconds that all of it may take at the end. */
const LAST_PATIENCE = 5_000;
/** Statuses after which the same may be sent again, says the protocol. */
const PASSING = new Set([429, 502, 503, 504]);

export type ExportResult = 'sent' | 'dropped' | 'refused';

export interface ExporterOptions {
  readonly destination: Destination;
  readonly queue: QueueSettings;
  /** The request's body around items with commas between them. */
  readonly wrap: (items: string) => string;
  /** Hears what became of items: `dropped` found no place in the queue, `refused` could not be delivered. */
  readonly count: (result: ExportResult, items: number) => void;
  /** Milliseconds before the first repetition. */
  readonly firstRetry?: number | undefined;
  /** Milliseconds for what is left at the end. */
  readonly lastPatience?: number | undefined;
}

/**
 * Sends items, each a text of JSON, in batches to a collector. It never makes its caller wait: while the collector is down a bounded queue
 * fills, and what comes then is dropped and counted.
 */
export class Exporter {
  readonly #options: ExporterOptions;
  #queue: string[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #isClosing = false;
  #wakeUp: () => void = () => undefined;
  #isFailing = false;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  push(item: string): void {
    const { queue, count } = this.#options;
    if (this.#isClosing || this.#queue.length >= queue.size || this.#bytes + item.length > MOST_BYTES) return count('dropped', 1);
    this.#queue.push(item);
    this.#bytes += item.length;
    if (this.#queue.length >= queue.batch) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), queue.delay).unref();
  }

  /** Sends what is there, without repetitions, and waits no longer for a collector that says nothing than it has patience at the end. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wakeUp();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.lastPatience ?? LAST_PATIENCE);
    await Promise.race([this.#sendRest(), late]);
    clearTimeout(timer);
  }

  async #sendRest(): Promise<void> {
    await this.#sending;
    this.#start();
    await this.#sending;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending !== undefined || this.#queue.length === 0) return;
    this.#sending = this.#drain().finally(() => {
      this.#sending = undefined;
      if (this.#queue.length > 0 && !this.#isClosing) this.#timer ??= setTimeout(() => this.#start(), this.#options.queue.delay).unref();
    });
  }

  async #drain(): Promise<void> {
    do {
      const batch = this.#queue.splice(0, this.#options.queue.batch);
      for (const item of batch) this.#bytes -= item.length;
      await this.#deliver(batch);
    } while (this.#queue.length >= this.#options.queue.batch || (this.#isClosing && this.#queue.length > 0));
  }

  async #deliver(batch: readonly string[]): Promise<void> {
    const { wrap, count, firstRetry = FIRST_RETRY } = this.#options;
    const body = wrap(batch.join(','));
    for (let attempt = 1; ; attempt++) {
      const verdict = await this.#send(body);
      this.#tellOf(verdict);
      if (verdict.isDelivered) {
        count('sent', batch.length - verdict.rejected);
        if (verdict.rejected > 0) count('refused', verdict.rejected);
        return;
      }
      if (!verdict.mayRepeat || this.#isClosing || attempt >= MOST_ATTEMPTS) return count('refused', batch.length);
      const backoff = Math.min(LONGEST_RETRY, firstRetry * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      await this.#sleep(Math.min(LONGEST_RETRY, verdict.retryAfter ?? backoff));
    }
  }

  async #send(body: string): Promise<Verdict> {
    const { url, headers, timeout, isCompressed } = this.#options.destination;
    const encoding = isCompressed ? { 'content-encoding': 'gzip' } : {};
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...encoding, ...headers },
        body: isCompressed ? await compress(body) : body,
        signal: AbortSignal.timeout(timeout),
        redirect: 'error',
      });
      const text = await response.text();
      if (response.ok) return { isDelivered: true, rejected: rejectedIn(text), mayRepeat: false, retryAfter: undefined, reason: undefined };
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      const retryAfter = seconds >= 0 ? seconds * 1000 : undefined;
      return { isDelivered: false, rejected: 0, mayRepeat: PASSING.has(response.status), retryAfter, reason: `status ${response.status}` };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return { isDelivered: false, rejected: 0, mayRepeat: true, retryAfter: undefined, reason };
    }
  }

  /** One line when deliveries begin to fail, and one when they work again. */
  #tellOf({ isDelivered, reason }: Verdict): void {
    if (isDelivered !== this.#isFailing) return;
    this.#isFailing = !isDelivered;
    const { url } = this.#options.destination;
    if (isDelivered) log('info', 'the collector accepts telemetry again', { url });
    else log('warn', 'the collector accepts no telemetry; it is kept while there is room, then dropped', { url, reason });
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

interface Verdict {
  readonly isDelivered: boolean;
  /** Items of a delivered batch that the collector would not have. */
  readonly rejected: number;
  readonly mayRepeat: boolean;
  readonly retryAfter: number | undefined;
  readonly reason: string | undefined;
}

function rejectedIn(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as { readonly partialSuccess?: Readonly<Record<string, unknown>> };
    return Number(partialSuccess?.['rejectedSpans'] ?? partialSuccess?.['rejectedDataPoints'] ?? 0);
  } catch {
    return 0;
  }
}
