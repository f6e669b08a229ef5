import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByHand } from '../../test/support/by-hand.ts';
import { aCall, aReply } from '../../test/support/calls.ts';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import { GatewayError } from '../errors.ts';
import type { Used } from '../ir/cost.ts';
import { accounted, type Billing } from './account.ts';
import { Attempts } from './attempts.ts';
import type { Call, EventBatch, Reply, ReplyBody } from './step.ts';

/** One dollar a token of output, at one place twice as much. */
const BILLING: Billing = {
  load: () => undefined,
  costOf: (_, path, { usage }: Used) => {
    const output = (usage.output ?? 0) * (path === 'dear' ? 2 : 1);
    return { total: output, parts: { output } };
  },
};

function answered(call: Call, path: string): void {
  call.attempts.answered(call.attempts.begin(path, 'p'), { status: 200, dropped: [] });
}

async function through(call: Call, body: ReplyBody): Promise<Reply> {
  return accounted(BILLING)(async (inner) => {
    answered(inner, 'config');
    return { ...aReply(''), body };
  })(call);
}

const failing = new GatewayError('stream_truncated', 'cut');
const usage = (output: number): EventBatch => ({ events: [{ type: 'usage', usage: { input: 1, output } }] });

describe('the account of a call', () => {
  it('is found in the bytes of a whole answer', async () => {
    const call = aCall();
    await through(call, { kind: 'bytes', bytes: '{"model":"m-1","usage":{"prompt_tokens":5,"completion_tokens":7}}' });
    assert.deepEqual([call.notes.model, call.notes.usage?.input, call.notes.cost?.total], ['m-1', 5, 7]);
    assert.equal(call.attempts.list[0]?.used?.usage.output, 7);
  });

  it('names the model that was asked for where the answer names none', async () => {
    const call = aCall({ json: { model: 'asked' } });
    await through(call, { kind: 'bytes', bytes: 'no JSON' });
    assert.deepEqual([call.notes.model, call.notes.usage, call.notes.cost], ['asked', undefined, undefined]);
  });

  it('counts both answers where a second target takes one up', async () => {
    const call = aCall({ attempts: new Attempts(() => 0) });
    const flow = new ByHand<EventBatch>();
    const { body } = await through(call, { kind: 'events', flow });
    if (body.kind === 'events') flow.listen(body.flow);
    flow.sink?.write(usage(3));
    call.attempts.brokeOff(failing);
    answered(call, 'dear');
    flow.sink?.write(usage(10));
    flow.sink?.write(usage(11));
    flow.sink?.end();
    assert.deepEqual(
      call.attempts.list.map(({ cost }) => cost?.total),
      [3, 22],
    );
    assert.deepEqual([call.notes.usage?.output, call.notes.usage?.input, call.notes.cost], [14, 2, { total: 25, parts: { output: 25 } }]);
  });

  for (const [title, end] of [
    ['breaks', (flow: ByHand<string>): void => flow.sink?.fail(failing)],
    ['is left', (_: ByHand<string>, cancel: () => void): void => cancel()],
  ] as const) {
    it(`has what was seen of a stream that ${title}`, async () => {
      const call = aCall({ endpoint: { kind: 'chat', dialect: anthropicMessages } });
      const flow = new ByHand<string>();
      const { body } = await through(call, { kind: 'stream', flow });
      if (body.kind === 'stream') flow.listen(body.flow);
      flow.sink?.write(
        'event: message_start\ndata: {"type":"message_start","message":{"model":"c","usage":{"input_tokens":40,"output_tokens":1}}}\n\n',
      );
      end(flow, () => body.kind === 'stream' && body.flow.cancel());
      assert.deepEqual([call.notes.usage?.input, call.notes.usage?.output], [40, 1]);
    });
  }

  it('is settled before the last event of a stream is passed on', async () => {
    const call = aCall();
    const flow = new ByHand<string>();
    const { body } = await through(call, { kind: 'stream', flow });
    const seen: unknown[] = [];
    if (body.kind === 'stream') body.flow.start({ write: () => seen.push(call.notes.cost?.total) > 0, end: () => {}, fail: () => {} });
    flow.sink?.write('data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":4}}\n\n');
    flow.sink?.write('data: [DONE]\n\n');
    assert.deepEqual(seen, [undefined, 4]);
  });

  it('of an answer from the cache is nothing, with what that spared', async () => {
    const call = aCall({ notes: { cache: { status: 'HIT', key: 'k' } } });
    const body = { kind: 'bytes', bytes: '{"usage":{"prompt_tokens":5,"completion_tokens":7}}' } as const;
    await accounted(BILLING)(async () => ({ ...aReply(''), body }))(call);
    assert.deepEqual([call.notes.cost, call.notes.cache?.saved, call.notes.usage], [{ total: 0, parts: {} }, 7, undefined]);
  });
});
