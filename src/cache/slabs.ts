/** Bytes of a slab, and of the largest copies that share one. */
const SLAB = 64 * 1024;
const LARGEST = SLAB / 8;

/** Copies of bytes that are kept for long. Small ones share slabs with nothing but each other: each in memory of its own would cost more than its bytes. */
export class Slabs {
  #slab = Buffer.alloc(0);
  #used = 0;

  copyOf(bytes: Uint8Array): Buffer {
    const { length } = bytes;
    if (length > LARGEST) return copied(bytes, Buffer.allocUnsafeSlow(length));
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    return copied(bytes, this.#slab.subarray(start, this.#used));
  }
}

function copied(bytes: Uint8Array, into: Buffer): Buffer {
  into.set(bytes);
  return into;
}
