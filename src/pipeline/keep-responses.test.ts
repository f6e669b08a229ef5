import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByHand } from '../../test/support/by-hand.ts';
import { aCall, aReply } from '../../test/support/calls.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { JsonObject } from '../ir/json.ts';
import { MemoryResponseStore } from '../stores/responses/memory-response-store.ts';
import type { ResponseStore, StoredResponse } from '../stores/responses/response-store.ts';
import { keepResponses } from './keep-responses.ts';
import type { Call, EventBatch, Handler, Keeping, Recall, Reply, ReplyBody } from './step.ts';
import { tenantOf } from './tenant.ts';

const TENANT = tenantOf({ headers: {}, config: undefined });
const EVENTS: readonly ChatEvent[] = [
  { type: 'start', id: 'chatcmpl-1', model: 'm' },
  { type: 'text', choice: 0, block: 0, text: 'Hello.' },
  { type: 'finish', choice: 0, reason: 'stop' },
  { type: 'usage', usage: { input: 1, output: 1 } },
];
const OWN = `resp_${'0'.repeat(32)}`;
const NATIVE = {
  id: 'resp_native',
  object: 'response',
  status: 'completed',
  output: [{ id: 'msg_native', type: 'message', role: 'assistant', content: [] }],
};

function call(json: JsonObject, more: Partial<Call> = {}): Call {
  return aCall({ endpoint: { kind: 'chat', dialect: openaiResponses }, json: { model: 'm', ...json }, ...more });
}

function reply(body: ReplyBody, keeping: Keeping | undefined = { keeper: undefined }): Reply {
  return { ...aReply(''), body, keeping };
}

function storeWith(...responses: readonly StoredResponse[]): ResponseStore {
  const store = new MemoryResponseStore(() => 1);
  for (const response of responses) void store.put(TENANT, response);
  return store;
}

function kept(id: string, more: Partial<StoredResponse> = {}): StoredResponse {
  const output = [{ id: `msg_${id}`, type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `I am ${id}.` }] }];
  return {
    response: { id, output },
    input: [{ id: `in_${id}`, type: 'message', role: 'user', content: [] }],
    items: [`in_${id}`, `msg_${id}`],
    provider: 'p',
    ...more,
  };
}

describe('keeping responses', () => {
  it('keeps whole answers with the items of their request, under the id that the client sees', async () => {
    const store = storeWith();
    const made = await keepResponses(store)(async () => reply({ kind: 'answer', events: EVENTS }))(
      call({ input: 'Hi', previous_response_id: 'resp_0' }),
    );
    assert.ok(made.body.kind === 'bytes');
    const response = JSON.parse(String(made.body.bytes)) as JsonObject;
    assert.equal(response['id'], OWN);
    const found = await store.get(TENANT, OWN);
    assert.deepEqual(found?.response, response);
    assert.deepEqual([found?.previous, found?.input[0]?.['role'], found?.provider], ['resp_0', 'user', 'p']);
  });

  it('keeps what hosts of the dialect answer as they wrote it, and who has it too', async () => {
    const store = storeWith();
    const bytes = JSON.stringify(NATIVE);
    const made = await keepResponses(store)(async () => reply({ kind: 'bytes', bytes: Buffer.from(bytes) }, { keeper: 'host' }))(
      call({ input: 'Hi' }),
    );
    assert.equal(made.body.kind === 'bytes' && String(made.body.bytes), bytes);
    const found = await store.get(TENANT, 'resp_native');
    assert.deepEqual([found?.response, found?.keeper], [NATIVE, 'host']);
  });

  it('keeps streamed answers before the client sees their end', async () => {
    const store = storeWith();
    const flow = new ByHand<EventBatch>();
    const made = await keepResponses(store)(async () => reply({ kind: 'events', flow }))(call({ input: 'Hi', stream: true }));
    assert.ok(made.body.kind === 'events');
    flow.listen(made.body.flow);
    flow.sink?.write({ events: EVENTS.slice(0, 3) });
    assert.equal(await store.get(TENANT, OWN), undefined);
    flow.sink?.write({ events: EVENTS.slice(3) });
    assert.equal((await store.get(TENANT, OWN))?.response['status'], 'completed');
    flow.sink?.end();
    assert.deepEqual([flow.passed.length, flow.ended], [2, 'well']);
  });

  it('keeps answers whose usage came before their end when they are over', async () => {
    const store = storeWith();
    const flow = new ByHand<EventBatch>();
    const made = await keepResponses(store)(async () => reply({ kind: 'events', flow }))(call({ input: 'Hi', stream: true }));
    assert.ok(made.body.kind === 'events');
    flow.listen(made.body.flow);
    flow.sink?.write({ events: [EVENTS[3] as ChatEvent, ...EVENTS.slice(0, 3)] });
    assert.equal(await store.get(TENANT, OWN), undefined);
    flow.sink?.end();
    assert.ok(await store.get(TENANT, OWN));
  });

  it('takes the last event of bytes that pass through, whatever words the text before it holds', async () => {
    for (const asString of [true, false]) {
      const store = storeWith();
      const flow = new ByHand<Uint8Array | string>();
      const made = await keepResponses(store)(async () => reply({ kind: 'stream', flow }, { keeper: 'host' }))(call({ input: 'Hi', stream: true }));
      assert.ok(made.body.kind === 'stream');
      flow.listen(made.body.flow);
      const items = [
        `data: ${JSON.stringify({ type: 'response.output_text.delta', delta: 'response.completed' })}\n\n`,
        `event: response.completed\ndata: ${JSON.stringify({ type: 'response.completed', response: NATIVE })}\n\n`,
      ].map((text) => (asString ? text : Buffer.from(text)));
      flow.sink?.write(items[0] as string);
      assert.equal(await store.get(TENANT, 'resp_native'), undefined);
      flow.sink?.write(items[1] as string);
      assert.equal((await store.get(TENANT, 'resp_native'))?.keeper, 'host');
      assert.deepEqual(flow.passed, items);
    }
  });

  it('takes an answer that began as the host’s bytes and was taken up by another as nobody else’s', async () => {
    const store = storeWith();
    const flow = new ByHand<EventBatch>();
    const made = await keepResponses(store)(async () => reply({ kind: 'events', flow }, { keeper: 'host' }))(call({ input: 'Hi', stream: true }));
    assert.ok(made.body.kind === 'events');
    flow.listen(made.body.flow);
    flow.sink?.write({ events: [{ type: 'start', id: 'resp_native' }, EVENTS[1] as ChatEvent], raw: 'data: {}\n\n' });
    flow.sink?.write({ events: EVENTS.slice(2) });
    const found = await store.get(TENANT, 'resp_native');
    assert.deepEqual([found?.keeper, found?.response['status']], [undefined, 'completed']);
  });

  it('keeps nothing of answers that break off, are left, fail, or still run', async () => {
    const store = storeWith();
    const step = keepResponses(store);
    for (const leave of ['break', 'cancel']) {
      const flow = new ByHand<EventBatch>();
      const made = await step(async () => reply({ kind: 'events', flow }))(call({ input: 'Hi', stream: true }));
      assert.ok(made.body.kind === 'events');
      flow.listen(made.body.flow);
      flow.sink?.write({ events: EVENTS.slice(0, 2) });
      if (leave === 'cancel') made.body.flow.cancel();
      else flow.sink?.fail(new Error('broken') as never);
      assert.deepEqual([flow.cancelled, flow.ended], leave === 'cancel' ? [true, ''] : [false, 'badly']);
    }
    for (const body of [{ ...NATIVE, status: 'failed' }, { ...NATIVE, status: 'queued' }, { ...NATIVE, output: undefined }, [], 'x'])
      await step(async () => reply({ kind: 'bytes', bytes: JSON.stringify(body) }))(call({ input: 'Hi' }));
    assert.equal(await store.get(TENANT, OWN), undefined);
    assert.equal(await store.get(TENANT, 'resp_native'), undefined);
  });

  it('keeps nothing that is not to be kept, and passes other calls by', async () => {
    const store = storeWith();
    const answer: Handler = async (asked) => {
      assert.equal(asked.recall === undefined, asked.endpoint.kind !== 'chat' || asked.endpoint.dialect !== openaiResponses);
      return { ...aReply(''), body: { kind: 'answer', events: EVENTS } };
    };
    const made = await keepResponses(store)(answer)(call({ input: 'Hi' }));
    assert.equal(made.body.kind, 'answer');
    await keepResponses(store)(answer)(aCall());
    assert.equal(await store.get(TENANT, OWN), undefined);
  });

  it('gives the answer though it could not be kept', async () => {
    const broken = storeWith();
    broken.put = () => Promise.reject(new Error('full'));
    const made = await keepResponses(broken)(async () => reply({ kind: 'bytes', bytes: JSON.stringify(NATIVE) }))(call({ input: 'Hi' }));
    assert.equal(made.status, 200);
  });
});

describe('recalling responses', () => {
  /** What a request becomes for a host. */
  async function recalled(store: ResponseStore, json: JsonObject, keeper?: string): Promise<JsonObject> {
    let recall: Recall | undefined;
    const asked = call(json);
    await keepResponses(store)(async (passed) => {
      recall = passed.recall;
      return aReply('');
    })(asked);
    return recall?.(asked.json as JsonObject, keeper) ?? {};
  }
  const roles = ({ input }: JsonObject): unknown[] => (input as JsonObject[]).map(({ role, type }) => role ?? type);

  it('leaves a request that refers to nothing as it is, but for what a host without a store need not know', async () => {
    const store = storeWith();
    const json = { model: 'm', input: 'Hi', store: true };
    assert.deepEqual(await recalled(store, json), { model: 'm', input: 'Hi' });
    assert.deepEqual(await recalled(store, json, 'host'), json);
  });

  it('spells out a conversation turn by turn', async () => {
    const store = storeWith(kept('a'), kept('b', { previous: 'a' }));
    assert.deepEqual(roles(await recalled(store, { previous_response_id: 'b', input: 'Hi' })), ['user', 'assistant', 'user', 'assistant', 'user']);
  });

  it('spells out nothing for the host that keeps it', async () => {
    const store = storeWith(kept('a', { keeper: 'host' }), kept('b', { previous: 'a' }));
    const own = { model: 'm', previous_response_id: 'a', input: [{ type: 'item_reference', id: 'msg_a' }] };
    assert.deepEqual(await recalled(store, own, 'host'), own);
    assert.deepEqual(roles(await recalled(store, own, 'another')), ['user', 'assistant', 'assistant']);
    assert.deepEqual(roles(await recalled(store, { previous_response_id: 'b', input: 'Hi' }, 'host')).length, 5);
    const mixed = { previous_response_id: 'a', input: [{ type: 'item_reference', id: 'msg_b' }] };
    assert.deepEqual(roles(await recalled(store, mixed, 'host')), ['user', 'assistant', 'assistant']);
  });

  it('leaves what was never kept here to a host that keeps responses, and refuses it for others', async () => {
    const unknown = { model: 'm', previous_response_id: 'resp_x', input: [{ type: 'item_reference', id: 'msg_x' }] };
    assert.deepEqual(await recalled(storeWith(), unknown, 'host'), unknown);
    await assert.rejects(recalled(storeWith(), unknown), { code: 'unsupported_content', message: /resp_x/ });
    await assert.rejects(recalled(storeWith(), { input: unknown.input }), { code: 'unsupported_content', status: 404 });
  });

  it('finds items wherever they are, those that earlier turns only named too', async () => {
    const naming = kept('b', { input: [{ id: 'msg_a', type: 'item_reference' }], items: ['msg_b'] });
    const body = await recalled(storeWith(kept('a'), naming), { previous_response_id: 'b', input: [{ id: 'in_a', type: 'item_reference' }] });
    assert.deepEqual(roles(body), ['assistant', 'assistant', 'user']);
  });
});
