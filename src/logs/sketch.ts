/** Ratio of neighbouring classes of durations: a percentile is off by at most 4 %. */
const RATIO = 1.08;
const LOG_RATIO = Math.log(RATIO);
const MOST = 255;

/** The class, 0 to 255, that a duration in milliseconds falls into. */
export function classOf(ms: number): number {
  return ms < 1 ? 0 : Math.min(MOST, 1 + Math.round(Math.log(ms) / LOG_RATIO));
}

/** The duration in milliseconds that stands for a class. */
function msOf(durationClass: number): number {
  return durationClass === 0 ? 0 : Math.round(Math.exp((durationClass - 1) * LOG_RATIO) * 10) / 10;
}

const ENTRY = 5;

/** How many calls took how long: counts by class of duration. */
export class Sketch {
  readonly #counts = new Map<number, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(durationClass: number, count = 1): void {
    this.#counts.set(durationClass, (this.#counts.get(durationClass) ?? 0) + count);
    this.#total += count;
  }

  /** Adds the counts of another sketch, as `toBytes` wrote them. */
  addBytes(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + ENTRY <= bytes.length; at += ENTRY) this.add(view.getUint8(at), view.getUint32(at + 1, true));
  }

  toBytes(): Buffer {
    const bytes = Buffer.allocUnsafe(this.#counts.size * ENTRY);
    let at = 0;
    for (const [durationClass, count] of this.#counts) {
      bytes.writeUInt8(durationClass, at);
      bytes.writeUInt32LE(count, at + 1);
      at += ENTRY;
    }
    return bytes;
  }

  /** The duration in milliseconds that this share (0 to 1) of all calls did not exceed; null: there are none. */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = share * this.#total;
    const classes = [...this.#counts].sort(([one], [other]) => one - other);
    for (const [durationClass, count] of classes) {
      left -= count;
      if (left <= 0) return msOf(durationClass);
    }
    return msOf(classes.at(-1)?.[0] ?? 0);
  }
}
