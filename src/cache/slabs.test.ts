import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Slabs } from './slabs.ts';

describe('copies in slabs', () => {
  it('hold what was copied, whatever is copied behind them and whatever becomes of the original', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20_000 }), { maxLength: 20 }), (originals) => {
        const slabs = new Slabs();
        const expected = originals.map((bytes) => Uint8Array.from(bytes));
        const copies = originals.map((bytes) => slabs.copyOf(bytes));
        for (const bytes of originals) bytes.fill(0);
        assert.deepEqual(
          copies.map((copy) => Uint8Array.from(copy)),
          expected,
        );
      }),
    );
  });

  it('take little more memory than their bytes', () => {
    const slabs = new Slabs();
    const lengths = Array.from({ length: 2000 }, (_, i) => (i * 37) % 9000);
    const memory = new Set(lengths.map((length) => slabs.copyOf(Buffer.alloc(length)).buffer));
    const taken = [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
    assert.ok(taken < 1.2 * lengths.reduce((sum, length) => sum + length, 0), `${taken} bytes`);
  });
});
