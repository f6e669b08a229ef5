import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SearchedVectors, type VectorSearch } from './searched-vectors.ts';
import { MemoryVectors } from './vector-index.ts';

const ONE = Float32Array.from([1, 0]);
const OTHER = Float32Array.from([0, 1]);
const KEPT = { expiresAt: Infinity };

interface Rehearsal {
  readonly vectors: SearchedVectors;
  readonly otherwise: MemoryVectors;
  readonly memory: MemoryVectors;
  readonly asked: string[];
  /** How the search behaves from now on. */
  mood: 'good' | 'absent' | 'away' | 'silent';
  now: number;
}

function rehearsal(): Rehearsal {
  const found = new MemoryVectors(() => 0, 1e6);
  const memory = new MemoryVectors(() => 0, 1e6);
  const otherwise = new MemoryVectors(() => 0, 1e6);
  const asked: string[] = [];
  const act = async <T>(name: string, run: () => T): Promise<T> => {
    asked.push(name);
    if (state.mood === 'away') throw new Error('away');
    if (state.mood === 'silent') return new Promise<T>(() => {});
    return run();
  };
  const search: VectorSearch = {
    isOffered: async () => state.mood !== 'absent',
    nearest: (partition, vector) => act('nearest', () => found.nearest(partition, vector)),
    add: (partition, indexed) => act('add', () => found.add(partition, indexed)),
    remove: (partition, key) => act('remove', () => found.remove(partition, key)),
  };
  const state: Rehearsal = {
    vectors: new SearchedVectors({ search, memory, otherwise, now: () => state.now }),
    otherwise,
    memory,
    asked,
    mood: 'good',
    now: 0,
  };
  return state;
}

describe('vectors that are compared elsewhere', () => {
  it('are asked for there, whatever this process has itself', async () => {
    const { vectors, memory } = rehearsal();
    await vectors.add('p', { key: 'a', vector: ONE, ...KEPT });
    memory.remove('p', 'a');
    assert.deepEqual(await vectors.nearest('p', ONE), { key: 'a', similarity: 1 });
    await vectors.remove('p', 'a');
    assert.equal(await vectors.nearest('p', ONE), undefined);
  });

  it('are kept as before where there is no such place', async () => {
    const state = rehearsal();
    state.mood = 'absent';
    await state.vectors.add('p', { key: 'a', vector: ONE, ...KEPT });
    state.otherwise.add('p', { key: 'told by another process', vector: OTHER, ...KEPT });
    assert.deepEqual(await state.vectors.nearest('p', OTHER), { key: 'told by another process', similarity: 1 });
    await state.vectors.remove('p', 'a');
    assert.deepEqual([state.otherwise.nearest('p', ONE), state.asked], [undefined, []]);
  });

  for (const mood of ['away', 'silent'] as const) {
    it(`are those of this process while the place is ${mood}, and it is not asked again for a second`, async () => {
      const state = rehearsal();
      await state.vectors.add('p', { key: 'a', vector: ONE, ...KEPT });
      state.mood = mood;
      for (let count = 0; count < 3; count++) assert.deepEqual(await state.vectors.nearest('p', ONE), { key: 'a', similarity: 1 });
      assert.deepEqual(state.asked, ['add', 'nearest']);
      state.mood = 'good';
      state.now = 1000;
      await state.vectors.nearest('p', ONE);
      assert.deepEqual(state.asked, ['add', 'nearest', 'nearest']);
    });
  }
});
