import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../config/resolved.ts';
import { faulty } from './fault.ts';
import { encodeMessage } from './framing/aws-eventstream.ts';
import { FRAMINGS } from './framing/framings.ts';
import type { Receiver, Transport, UpstreamRequest } from './port.ts';

const REQUEST: UpstreamRequest = { origin: 'http://x', path: '/', method: 'POST', headers: [], body: null, guarded: false };
const SSE = ['data: {"n":1}\n\n', 'event: x\r\ndata: {"n":2}\r\n\r\n', 'data: {"n":3}\n\n'];

interface Seen {
  status: number;
  body: string;
  bytes: Buffer;
  ending: string;
  sleeps: number[];
}

/** Sends a request through a fault to a provider that answers with some pieces, and waits until nothing more happens. */
async function observe(fault: Fault, pieces: readonly (string | Buffer)[], contentType = 'text/event-stream'): Promise<Seen> {
  const seen: Seen = { status: 0, body: '', bytes: Buffer.alloc(0), ending: 'none', sleeps: [] };
  const provider: Transport = (_, receiver) => {
    receiver.head({ status: 200, headers: [], contentType, contentEncoding: undefined });
    for (const piece of pieces) receiver.data(Buffer.from(piece));
    receiver.end();
    return { resume: () => {}, abort: () => {} };
  };
  const receiver: Receiver = {
    head: ({ status }) => void (seen.status = status),
    data: (chunk) => ((seen.bytes = Buffer.concat([seen.bytes, chunk])), true),
    end: () => void (seen.ending = 'end'),
    fail: (error) => void (seen.ending = error.code),
  };
  const sleep = async (milliseconds: number): Promise<void> => void seen.sleeps.push(milliseconds);
  faulty(provider, fault, { random: () => 0.5, sleep })(REQUEST, receiver);
  await new Promise(setImmediate);
  return Object.assign(seen, { body: seen.bytes.toString() });
}

/** The same bytes in pieces of any size. */
const pieces = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 30 }).map((sizes) => {
  const all = Buffer.from(SSE.join(''));
  let from = 0;
  const cut = sizes.map((size) => all.subarray(from, (from += size)));
  return [...cut, all.subarray(from)];
});

describe('a rehearsed fault', () => {
  it('cuts a stream behind so many events, however its bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 0, max: 2 }), async (chunks, cutAfter) => {
        const { body, ending } = await observe({ cutAfter }, chunks);
        assert.equal(body, SSE.slice(0, cutAfter).join(''));
        assert.equal(ending, 'upstream_unreachable');
      }),
    );
  });

  it('lets a stream stall behind so many events: nothing follows, not even an end', async () => {
    const { body, ending } = await observe({ stallAfter: 1 }, SSE);
    assert.equal(body, SSE[0]);
    assert.equal(ending, 'none');
  });

  it('puts an event behind the first one that no decoder can read, in any framing', async () => {
    const aws = [1, 2].map((n) => encodeMessage({ ':event-type': 'x', ':message-type': 'event' }, JSON.stringify({ n })));
    for (const [framing, chunks, type] of [
      ['sse', SSE, 'text/event-stream; charset=utf-8'],
      ['aws-eventstream', aws, 'application/vnd.amazon.eventstream'],
    ] as const) {
      const { bytes, ending } = await observe({ malformed: true }, chunks, type);
      const decoder = FRAMINGS[framing].decoder();
      assert.equal(decoder.push(bytes).length, chunks.length, framing);
      assert.equal(decoder.malformed(), 1, framing);
      assert.equal(ending, 'end');
    }
  });

  it('spoils a whole answer in its middle', async () => {
    const whole = ['{"text":"Hello"}'];
    assert.deepEqual(pick(await observe({ cutAfter: 3 }, whole, 'application/json')), { body: '{"text":', ending: 'upstream_unreachable' });
    assert.deepEqual(pick(await observe({ stallAfter: 3 }, whole, 'application/json')), { body: '{"text":', ending: 'none' });
    assert.deepEqual(pick(await observe({ malformed: true }, whole, 'application/json')), { body: '{"text":', ending: 'end' });
  });

  it('answers with a status, or breaks the connection, without asking the provider', async () => {
    const refused = await observe({ status: 503 }, SSE);
    assert.equal(refused.status, 503);
    assert.match(refused.body, /^\{"error":\{"message":"A rehearsed fault: status 503\."/);
    assert.deepEqual(pick(await observe({ reset: true }, SSE)), { body: '', ending: 'upstream_unreachable' });
  });

  it('waits before anything else happens', async () => {
    const seen = await observe({ delay: 700 }, SSE);
    assert.deepEqual(seen.sleeps, [700]);
    assert.equal(seen.body, SSE.join(''));
  });

  it('happens to its share of the requests only', async () => {
    assert.equal((await observe({ status: 500, probability: 0.5 }, SSE)).status, 200);
    assert.equal((await observe({ status: 500, probability: 0.51 }, SSE)).status, 500);
    assert.equal((await observe({ status: 500 }, SSE)).status, 500);
  });

  it('never strikes, and never asks the provider, once the request is cancelled', async () => {
    let isAsked = false;
    const provider: Transport = () => ((isAsked = true), { resume: () => {}, abort: () => {} });
    const unheard = (): never => assert.fail('the receiver hears nothing of a cancelled request');
    const receiver: Receiver = { head: unheard, data: unheard, end: unheard, fail: unheard };
    const sleep = (_: number, signal: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    faulty(provider, { delay: 50, status: 500 }, { random: () => 0, sleep })(REQUEST, receiver).abort();
    await new Promise(setImmediate);
    assert.equal(isAsked, false);
  });
});

function pick({ body, ending }: Seen): Pick<Seen, 'body' | 'ending'> {
  return { body, ending };
}
