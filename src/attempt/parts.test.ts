import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EmbeddingRequest } from '../ir/embeddings.ts';
import { inParts, partsOf } from './parts.ts';

const request = (count: number): EmbeddingRequest => ({
  model: 'm',
  input: Array.from({ length: count }, (_, i) => `${i}`),
  encoding: 'float',
  extra: {},
});
const never = new AbortController().signal;

describe('the parts of a request', () => {
  it('hold all inputs in their order, and no more than fit', () => {
    assert.deepEqual(
      partsOf(request(5), 2).map(({ input }) => input),
      [['0', '1'], ['2', '3'], ['4']],
    );
  });

  it('are the request itself where it fits', () => {
    const whole = request(2);
    for (const most of [2, 3, undefined]) assert.deepEqual(partsOf(whole, most), [whole]);
    assert.equal(partsOf(whole, 2)[0], whole);
  });
});

describe('sending in parts', () => {
  it('gives the answers in the order of the parts, however they arrive, with few under way at once', async () => {
    let underWay = 0;
    let most = 0;
    const parts = Array.from({ length: 30 }, (_, index) => index);
    const answers = await inParts(parts, never, async (part) => {
      most = Math.max(most, ++underWay);
      for (let turn = 30 - part; turn > 0; turn--) await Promise.resolve();
      underWay -= 1;
      return part * 2;
    });
    assert.deepEqual(
      answers,
      parts.map((part) => part * 2),
    );
    assert.equal(most, 8);
  });

  it('cancels what is under way when a part fails', async () => {
    const aborted: number[] = [];
    const sending = inParts([0, 1, 2], never, (part, signal) => {
      signal.addEventListener('abort', () => aborted.push(part));
      return part === 1 ? Promise.reject(new Error('no')) : new Promise(() => undefined);
    });
    await assert.rejects(sending, { message: 'no' });
    assert.deepEqual(aborted, [0, 1, 2]);
  });

  it('ends with the client', async () => {
    const client = new AbortController();
    const sending = inParts([0, 1], client.signal, (_, signal) => {
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('left'))));
    });
    client.abort();
    await assert.rejects(sending, { message: 'left' });
  });
});
