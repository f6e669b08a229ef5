import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import type { UpstreamRequest } from '../transport/port.ts';
import { poster, type Poster } from './webhook.ts';

/** Milliseconds after which one try is given up; what is tried here is answered before. */
const TIMEOUT = 10_000;

interface Rehearsal extends Poster {
  readonly requests: UpstreamRequest[];
  /** Milliseconds that were waited for, in their order. */
  readonly pauses: number[];
  /** Goes on for as long as anything is to be tried. */
  readonly finish: () => Promise<void>;
}

/** Posts to somebody who answers with these statuses, the last one again and again, on a clock that jumps from try to try. */
function rehearsal(statuses: readonly number[], secret?: string): Rehearsal {
  const requests: UpstreamRequest[] = [];
  const pauses: number[] = [];
  const due: (() => void)[] = [];
  let now = 1_700_000_000_000;
  const { post, close } = poster({
    secret,
    clock: {
      now: () => now,
      after: (ms, run) => {
        const later = (): void => {
          now += ms;
          run();
        };
        if (ms === TIMEOUT) return () => {};
        pauses.push(ms);
        due.push(later);
        return () => void due.splice(due.indexOf(later), 1);
      },
    },
    transport: (request, receiver) => {
      requests.push(request);
      const status = statuses[Math.min(requests.length, statuses.length) - 1] as number;
      queueMicrotask(() => {
        receiver.head({ status, headers: [], contentType: '', contentEncoding: undefined });
        receiver.end();
      });
      return { resume: () => {}, abort: () => {} };
    },
  });
  const finish = async (): Promise<void> => {
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      next();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { post, close, requests, pauses, finish };
}

const headersOf = ({ headers }: UpstreamRequest): Readonly<Record<string, string>> =>
  Object.fromEntries(headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] as string]] : [])));

describe('a post to a webhook', () => {
  it('is tried six times, later and later, and then given up', async () => {
    const { post, requests, pauses, finish } = rehearsal([503]);
    post('https://hooks.example.com/a?b=c', '{}');
    await finish();
    assert.deepEqual(pauses, [0, 1_000, 5_000, 30_000, 120_000, 600_000]);
    assert.deepEqual([requests.length, requests[0]?.origin, requests[0]?.path], [6, 'https://hooks.example.com', '/a?b=c']);
  });

  it('is done when it was taken', async () => {
    const { post, requests, finish } = rehearsal([500, 302, 204]);
    post('https://hooks.example.com/', '{}');
    await finish();
    assert.equal(requests.length, 3);
  });

  it('is given up when the gateway closes', async () => {
    const { post, close, requests, finish } = rehearsal([500]);
    post('https://hooks.example.com/', '{}');
    close();
    await finish();
    assert.equal(requests.length, 0);
  });

  it('is signed as standard webhooks are, each try with its time and all of them with one id', async () => {
    const key = Buffer.from('a key of twenty-four bytes!');
    for (const secret of [key.toString(), `whsec_${key.toString('base64')}`]) {
      const { post, requests, finish } = rehearsal([500, 200], secret);
      post('https://hooks.example.com/', '{"event": "x"}');
      await finish();
      const [first, second] = requests.map(headersOf);
      assert.equal(first?.['webhook-id'], second?.['webhook-id']);
      assert.deepEqual([first?.['webhook-timestamp'], second?.['webhook-timestamp']], ['1700000000', '1700000001']);
      for (const headers of [first, second]) {
        const signed = `${headers?.['webhook-id']}.${headers?.['webhook-timestamp']}.{"event": "x"}`;
        assert.equal(headers?.['webhook-signature'], `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
      }
    }
    const plain = rehearsal([200]);
    plain.post('https://hooks.example.com/', '{}');
    await plain.finish();
    assert.equal(headersOf(plain.requests[0] as UpstreamRequest)['webhook-signature'], undefined);
  });

  it('reaches no private address, by a name or without one, unless that is trusted', async () => {
    const { post, requests, finish } = rehearsal([200]);
    for (const url of ['https://hooks.example.com/', 'http://127.0.0.1/', 'http://10.0.0.1/', 'http://169.254.169.254/']) post(url, '{}');
    await finish();
    assert.deepEqual(
      requests.map(({ origin, guarded }) => [origin, guarded]),
      [
        ['https://hooks.example.com', true],
        ['http://127.0.0.1', false],
      ],
    );
  });
});
