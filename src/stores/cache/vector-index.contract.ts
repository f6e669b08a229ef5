import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { VectorIndex } from '../../cache/vector-index.ts';

/** A vector of length 1 at an angle, in degrees, in the plane of two of its numbers. */
function at(degrees: number, length = 8): Float32Array {
  const angle = (degrees * Math.PI) / 180;
  const vector = new Float32Array(length);
  vector.set([Math.cos(angle), Math.sin(angle)]);
  return vector;
}

/** What every index of questions does. `open` gives one that sees what another one of the same has been told. */
export function describeVectorIndex(open: () => VectorIndex): void {
  const inAMinute = (): number => Date.now() + 60_000;
  let partitions = 0;
  const fresh = (): string => `partition-${process.pid}-${++partitions}`;

  it('finds the nearest question of a partition, with its similarity', async () => {
    const index = open();
    const partition = fresh();
    for (const degrees of [0, 40, 80]) await index.add(partition, { key: `k${degrees}`, vector: at(degrees), expiresAt: inAMinute() });
    const nearest = await open().nearest(partition, at(50));
    assert.equal(nearest?.key, 'k40');
    assert.ok(Math.abs((nearest?.similarity ?? 0) - Math.cos((10 * Math.PI) / 180)) < 1e-6, String(nearest?.similarity));
    assert.ok(((await index.nearest(partition, at(80)))?.similarity ?? 0) > 0.999_999);
  });

  it('never looks into another partition, nor at vectors of another length', async () => {
    const index = open();
    const [one, other] = [fresh(), fresh()];
    await index.add(one, { key: 'a', vector: at(0), expiresAt: inAMinute() });
    assert.equal(await index.nearest(other, at(0)), undefined);
    await index.add(one, { key: 'b', vector: at(30, 12), expiresAt: inAMinute() });
    assert.equal((await index.nearest(one, at(30)))?.key, 'a');
    assert.equal((await index.nearest(one, at(0, 12)))?.key, 'b');
  });

  it('replaces what it has under a key, and forgets what is removed or has expired', async () => {
    const index = open();
    const partition = fresh();
    await index.add(partition, { key: 'a', vector: at(0), expiresAt: inAMinute() });
    await index.add(partition, { key: 'a', vector: at(60), expiresAt: inAMinute() });
    assert.ok(Math.abs(((await index.nearest(partition, at(0)))?.similarity ?? 0) - 0.5) < 1e-6);
    await index.add(partition, { key: 'old', vector: at(0), expiresAt: Date.now() - 1 });
    assert.equal((await index.nearest(partition, at(0)))?.key, 'a');
    await index.remove(partition, 'a');
    assert.equal(await index.nearest(partition, at(0)), undefined);
  });
}
