/** Drops from the bytes of a streamed answer the events that no client could read, and nothing else. */
export interface Sieve {
  /** Takes and gives whole events only. */
  sift(bytes: Buffer): Buffer;
  /** Events dropped so far. */
  readonly malformed: number;
}

/** A sieve for framings whose decoders check what they read. */
export function openSieve(): Sieve {
  return { sift: (bytes) => bytes, malformed: 0 };
}

/** A sieve for `text/event-stream` with JSON in it. */
export function sseSieve(): Sieve {
  return new SseSieve();
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const CLOSING_BRACE = 125;
/** How many bytes of an event are compared with the one before. */
const BEGINNING = 16;

/**
 * Events of one stream look alike, so one that begins like the last good one and ends with a brace is taken for good: to parse each
 * would cost more than all else that is done for it.
 */
class SseSieve implements Sieve {
  malformed = 0;
  #good: Buffer | undefined;

  sift(bytes: Buffer): Buffer {
    let kept: Buffer[] | undefined;
    for (let from = 0, end = 0; from < bytes.length; from = end) {
      end = endOfEvent(bytes, from);
      const isGood = this.#resemblesLast(bytes, from, end) || this.#isReadable(bytes.subarray(from, end));
      if (isGood) kept?.push(bytes.subarray(from, end));
      else kept ??= [bytes.subarray(0, from)];
    }
    return kept === undefined ? bytes : Buffer.concat(kept);
  }

  #resemblesLast(bytes: Buffer, from: number, end: number): boolean {
    const good = this.#good;
    if (good === undefined || end - from <= BEGINNING) return false;
    for (let i = 0; i < BEGINNING; i++) if (bytes[from + i] !== good[i]) return false;
    let last = end - 1;
    while (isBlank(bytes[last])) last--;
    return bytes[last] === CLOSING_BRACE;
  }

  #isReadable(event: Buffer): boolean {
    const text = event.toString('utf8');
    // Several events with the one line ending that is not looked for; hardly any host has it.
    if (text.includes('\r\r')) return true;
    const data = dataOf(text);
    if (data === undefined || data.trim() === '[DONE]') return true;
    if (!isJsonObject(data)) {
      this.malformed++;
      return false;
    }
    this.#good = event.length > BEGINNING ? Buffer.from(event.subarray(0, BEGINNING)) : undefined;
    return true;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === SPACE;
}

/** The position behind the blank line that ends the event which begins at `from`. */
function endOfEvent(bytes: Buffer, from: number): number {
  for (let line = bytes.indexOf(LINE_FEED, from); line >= 0; line = bytes.indexOf(LINE_FEED, line + 1)) {
    const next = bytes[line + 1] === CARRIAGE_RETURN ? line + 2 : line + 1;
    if (bytes[next] === LINE_FEED) return next + 1;
  }
  return bytes.length;
}

/** The data of an event; undefined where it has none, as comments and keep-alives. */
function dataOf(event: string): string | undefined {
  const lines = event.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'));
  return lines.length === 0 ? undefined : lines.map((line) => line.slice('data:'.length)).join('\n');
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
