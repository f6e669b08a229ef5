import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WriteBehind, type WriteBehindOptions } from './write-behind.ts';

interface Bench {
  readonly queue: WriteBehind<string>;
  /** What was asked to be written, batch by batch. */
  readonly batches: string[][];
  /** What was told, in order. */
  readonly told: string[];
}

/** A queue of texts. `answer` is what becomes of each batch. */
function bench(answer: (items: readonly string[]) => Promise<void> = async () => {}, more: Partial<WriteBehindOptions<string>> = {}): Bench {
  const batches: string[][] = [];
  const told: string[] = [];
  const queue = new WriteBehind<string>({
    write: (items) => {
      batches.push([...items]);
      return answer(items);
    },
    onAway: (error) => void told.push(`away: ${error.message}`),
    onBack: () => void told.push('back'),
    sizeOf: (item) => item.length,
    most: 1000,
    onGivenUp: (item) => void told.push(`given up: ${item}`),
    times: { gathering: 1, retry: 1 },
    ...more,
  });
  return { queue, batches, told };
}

describe('what is written behind', () => {
  test('goes together, the oldest first and not too many at once, and then waits no longer', async () => {
    const { queue, batches } = bench();
    for (let n = 0; n < 70; n += 1) queue.put(`k${n}`, `v${n}`);
    queue.put('k69', 'again');
    equal(queue.get('k0'), 'v0');
    await queue.flush();
    deepEqual(
      batches.map((batch) => [batch.length, batch[0], batch.at(-1)]),
      [
        [50, 'v0', 'v49'],
        [20, 'v50', 'again'],
      ],
    );
    deepEqual([...queue.values()], []);
  });

  test('is written by itself', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { queue, batches } = bench(async () => resolve());
    queue.put('a', 'one');
    await promise;
    deepEqual(batches, [['one']]);
  });

  test('still waits where it was put again while it was being written', async () => {
    const { queue, batches } = bench(async (items) => {
      if (items[0] === 'old') queue.put('a', 'new');
    });
    queue.put('a', 'old');
    await queue.flush();
    deepEqual(batches, [['old'], ['new']]);
  });

  test('waits while nothing can be written, and is told of once', async () => {
    let failures = 3;
    const { promise: back, resolve } = Promise.withResolvers<void>();
    const answer = async (): Promise<void> => {
      if (failures-- > 0) throw new Error('no answer');
    };
    const { queue, batches, told } = bench(answer, { onWritten: async () => resolve() });
    queue.put('a', 'one');
    await back;
    equal(batches.length, 4);
    deepEqual(told, ['away: no answer', 'back']);
    equal(queue.get('a'), undefined);
  });

  test('is not taken for waiting where only what comes behind the writing fails', async () => {
    const { queue, told } = bench(undefined, { onWritten: () => Promise.reject(new Error('no room')) });
    queue.put('a', 'one');
    await queue.flush();
    deepEqual(told, []);
  });

  test('is given up from the oldest on, where too much waits', async () => {
    const { queue, told, batches } = bench(undefined, { most: 10 });
    for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd']) queue.put(text, text);
    deepEqual(told, ['given up: aaaa', 'given up: bbbb']);
    queue.remove('cccc');
    queue.put('eeee', 'eeee');
    equal(told.length, 2);
    await queue.flush();
    deepEqual(batches, [['dddd', 'eeee']]);
  });

  test('is settled when the present batch is, however much comes behind it', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let asked = 0;
    const { queue } = bench(() => (gates[asked++] as (typeof gates)[number]).promise);
    queue.put('a', 'one');
    const flushed = queue.flush();
    await Promise.resolve();
    equal(queue.remove('a'), true);
    queue.put('b', 'two');
    const settled = queue.settled();
    gates[0]?.resolve();
    await settled;
    equal(queue.get('b'), 'two');
    gates[1]?.resolve();
    await flushed;
    equal(queue.get('b'), undefined);
  });

  test('does not keep a gateway from its end', async () => {
    const { queue } = bench(() => new Promise(() => {}), { times: { parting: 5 } });
    queue.put('a', 'one');
    await queue.close();
    equal(queue.get('a'), 'one');
  });
});
