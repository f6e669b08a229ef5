import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByHand } from '../../test/support/by-hand.ts';
import { aCall, aFailure, aReply } from '../../test/support/calls.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { GatewayError } from '../errors.ts';
import { observed } from './observe.ts';
import type { Observer, Outcome } from './outcome.ts';
import type { Call, EventBatch, Handler, Reply, ReplyBody } from './step.ts';

/** Records what it hears, and what had been passed on by then. */
function recorder(limit = 0): { readonly outcomes: Outcome[]; readonly observer: Observer } {
  const outcomes: Outcome[] = [];
  const observer = Object.assign((_: Call, outcome: Outcome) => void outcomes.push(outcome), { answerLimit: () => limit });
  return { outcomes, observer };
}

function answering(body: ReplyBody): Handler {
  return async () => ({ ...aReply(''), body });
}

let now = 0;
const clock = (): number => now;

function through(observers: readonly Observer[], handler: Handler, call: Call = aCall()): Promise<Reply> {
  return observed(observers, clock)(handler)(call);
}

describe('observing calls', () => {
  it('tells of a whole answer before it is handed on', async () => {
    const { outcomes, observer } = recorder();
    now = 25;
    const reply = await through([observer], async () => aReply('fine'));
    assert.deepEqual(reply.body, { kind: 'bytes', bytes: 'fine' });
    assert.deepEqual(outcomes, [
      { status: 200, route: aReply('').route, error: undefined, ending: 'whole', isStreamed: false, firstMs: 25, ms: 25, answer: undefined },
    ]);
  });

  it('tells of a refused call, and lets its error through', async () => {
    const { outcomes, observer } = recorder();
    const failure = aFailure(503);
    await assert.rejects(
      through([observer], async () => Promise.reject(failure)),
      (error) => error === failure,
    );
    assert.equal(outcomes.length, 1);
    assert.deepEqual([outcomes[0]?.ending, outcomes[0]?.status, outcomes[0]?.firstMs], ['failed', 503, undefined]);
  });

  it('tells apart clients that left and calls that failed', async () => {
    const { outcomes, observer } = recorder();
    const aborter = new AbortController();
    aborter.abort();
    const left = new GatewayError('client_closed', 'left');
    await assert.rejects(through([observer], async () => Promise.reject(left), aCall({ signal: aborter.signal })));
    assert.deepEqual([outcomes[0]?.ending, outcomes[0]?.status], ['left', 499]);
  });

  it('tells of a stream when it ends, before the end is passed on', async () => {
    const { outcomes, observer } = recorder();
    const source = new ByHand<EventBatch>();
    const reply = await through([observer], answering({ kind: 'events', flow: source }));
    assert.equal(reply.body.kind, 'events');
    const seen: string[] = [];
    if (reply.body.kind === 'events')
      reply.body.flow.start({ write: () => true, end: () => void seen.push(`end after ${outcomes.length}`), fail: () => {} });
    source.sink?.write({ events: [] });
    assert.equal(outcomes.length, 0);
    source.sink?.end();
    assert.deepEqual(seen, ['end after 1']);
    assert.deepEqual([outcomes[0]?.ending, outcomes[0]?.isStreamed], ['whole', true]);
  });

  for (const [title, last, endpoint] of [
    ['[DONE]', 'data: {"choices":[]}\n\ndata: [DONE]\n\n', aCall().endpoint],
    ['message_stop', 'event: message_stop\ndata: {"type":"message_stop"}\n\n', { kind: 'chat', dialect: anthropicMessages }],
  ] as const) {
    it(`tells of a stream before its closing event ${title} is passed on, and once only`, async () => {
      const { outcomes, observer } = recorder();
      const source = new ByHand<Uint8Array | string>();
      const reply = await through([observer], answering({ kind: 'stream', flow: source }), aCall({ endpoint }));
      const counts: number[] = [];
      if (reply.body.kind === 'stream') reply.body.flow.start({ write: () => counts.push(outcomes.length) > 0, end: () => {}, fail: () => {} });
      source.sink?.write('data: {"choices":[{"delta":{"content":"data: [DONE]\\n event: message_stop"}}]}\n\n');
      source.sink?.write(Buffer.from(last));
      source.sink?.end();
      assert.deepEqual(counts, [0, 1]);
      assert.equal(outcomes.length, 1);
    });
  }

  it('tells of broken streams with their error, and of clients that leave', async () => {
    const { outcomes, observer } = recorder();
    const [broken, left] = [new ByHand<EventBatch>(), new ByHand<EventBatch>()];
    const error = new GatewayError('stream_truncated', 'cut');
    for (const flow of [broken, left]) {
      const { body } = await through([observer], answering({ kind: 'events', flow }));
      if (body.kind === 'events') flow.listen(body.flow);
      if (flow === broken) flow.sink?.fail(error);
      else if (body.kind === 'events') body.flow.cancel();
    }
    assert.deepEqual(
      outcomes.map(({ ending, error: told }) => [ending, told]),
      [
        ['broken', error],
        ['left', undefined],
      ],
    );
    assert.deepEqual([broken.ended, left.cancelled], ['badly', true]);
  });

  it('keeps the answer for whom wants it, as far as they want it', async () => {
    const [none, some, all] = [recorder(), recorder(4), recorder(100)];
    await through([none.observer, some.observer], async () => aReply('an answer'));
    await through([all.observer], async () => aReply('an answer'));
    assert.deepEqual(some.outcomes[0]?.answer, { kind: 'bytes', bytes: Buffer.from('an a'), isCut: true });
    assert.deepEqual(all.outcomes[0]?.answer, { kind: 'bytes', bytes: Buffer.from('an answer'), isCut: false });
  });

  for (const [what, handler] of [
    ['a whole answer', async () => aReply('fine')],
    ['an error', async () => Promise.reject(aFailure(503))],
  ] as const satisfies readonly (readonly [string, Handler])[])
    it(`holds ${what} back until observers have done what they must`, async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const seen: string[] = [];
      const passedOn = through([() => promise, () => undefined], handler).then(
        () => seen.push('passed on'),
        () => seen.push('passed on'),
      );
      await new Promise(setImmediate);
      seen.push('done');
      resolve();
      await passedOn;
      assert.deepEqual(seen, ['done', 'passed on']);
    });

  it('does not let an observer that fails spoil an answer, or the others', async () => {
    const { outcomes, observer } = recorder();
    const failing: Observer = () => assert.fail('observer');
    const failingLater: Observer = () => Promise.reject(new Error('observer'));
    const reply = await through([failing, failingLater, observer], async () => aReply('fine'));
    assert.equal(reply.body.kind, 'bytes');
    assert.equal(outcomes.length, 1);
  });
});
