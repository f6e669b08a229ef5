import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GatewayError } from '../../errors.ts';
import type { JsonObject } from '../../ir/json.ts';
import { expandHistory, listInputItems, missingRecord, notStored, recordOf } from './history.ts';
import type { ResponseRecord } from './history.ts';

const answer = (id: string, text: string): JsonObject => ({
  id: `msg_${id}_0`,
  type: 'message',
  status: 'completed',
  role: 'assistant',
  phase: 'final_answer',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
});

const FIRST = recordOf({ model: 'm', instructions: 'Be brief.', input: 'My name is Ada.' }, { id: 'resp_a', output: [answer('a', 'Hello Ada.')] });
const SECOND = recordOf(
  {
    model: 'm',
    previous_response_id: 'resp_a',
    input: [
      { role: 'user', content: 'What is the time?' },
      { type: 'function_call_output', call_id: 'call_0', output: 'x' },
    ],
  },
  {
    id: 'resp_b',
    output: [
      { id: 'rs_b_0', type: 'reasoning', summary: [], encrypted_content: 'c2VjcmV0' },
      { id: 'fc_b_1', type: 'function_call', status: 'completed', call_id: 'call_1', name: 'clock', arguments: '{}' },
      { id: 'ws_b_2', type: 'web_search_call', status: 'completed' },
    ],
  },
);
const RECORDS = new Map<string, ResponseRecord>([FIRST, SECOND].map((record) => [record.id, record]));

describe('recordOf', () => {
  it('keeps the own turn only, in full form, and names the turn before', () => {
    assert.deepEqual(FIRST.input, [{ id: 'msg_a_in0', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'My name is Ada.' }] }]);
    assert.equal(FIRST.previous, undefined);
    assert.deepEqual(
      SECOND.input.map((item) => [item.id, item.type]),
      [
        ['msg_b_in0', 'message'],
        ['fco_b_in1', 'function_call_output'],
      ],
    );
    assert.equal(SECOND.previous, 'resp_a');
  });

  it('keeps the ids that the client gave', () => {
    const { input } = recordOf({ input: [{ id: 'msg_mine', role: 'assistant', content: 'Yes.' }] }, { id: 'resp_c', output: [] });
    assert.deepEqual(input, [{ id: 'msg_mine', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] }]);
  });
});

describe('missingRecord', () => {
  it('names the records of a conversation one after the other, the latest first', () => {
    const request = { previous_response_id: 'resp_b' };
    assert.equal(missingRecord(request, new Map()), 'resp_b');
    assert.equal(missingRecord(request, new Map([['resp_b', SECOND]])), 'resp_a');
    assert.equal(missingRecord(request, RECORDS), undefined);
    assert.equal(missingRecord({ input: 'x' }, new Map()), undefined);
  });

  it('comes to an end where records name one another', () => {
    const loop = new Map([['resp_x', { id: 'resp_x', input: [], output: [], previous: 'resp_x' }]]);
    assert.equal(missingRecord({ previous_response_id: 'resp_x' }, loop), undefined);
    assert.deepEqual(expandHistory({ previous_response_id: 'resp_x', input: 'Hi' }, loop), { input: 'Hi' });
  });
});

describe('expandHistory', () => {
  it('puts the earlier turns before the new input, without instructions and without ids that no upstream knows', () => {
    const expanded = expandHistory({ model: 'm', previous_response_id: 'resp_b', input: 'Go on.' }, RECORDS);
    assert.deepEqual(expanded, {
      model: 'm',
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'My name is Ada.' }] },
        {
          type: 'message',
          status: 'completed',
          role: 'assistant',
          phase: 'final_answer',
          content: [{ type: 'output_text', text: 'Hello Ada.', annotations: [], logprobs: [] }],
        },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the time?' }] },
        { type: 'function_call_output', call_id: 'call_0', output: 'x' },
        { type: 'reasoning', summary: [], encrypted_content: 'c2VjcmV0' },
        { type: 'function_call', status: 'completed', call_id: 'call_1', name: 'clock', arguments: '{}' },
        { id: 'ws_b_2', type: 'web_search_call', status: 'completed' },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] },
      ],
    });
  });

  it('replaces references by their items', () => {
    const request = { input: [{ type: 'item_reference', id: 'fc_b_1' }, { id: 'msg_a_in0' }, { role: 'user', content: 'Hi' }] };
    assert.deepEqual(expandHistory(request, RECORDS).input, [
      { type: 'function_call', status: 'completed', call_id: 'call_1', name: 'clock', arguments: '{}' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'My name is Ada.' }] },
      { role: 'user', content: [{ type: 'input_text', text: 'Hi' }], type: 'message' },
    ]);
  });

  it('leaves a request that refers to nothing as it is', () => {
    const request = { model: 'm', input: [{ role: 'user', content: 'Hi' }] };
    assert.deepEqual(expandHistory(request, RECORDS), request);
  });

  it('does not send a call again that was cut off', () => {
    const cut = { id: 'fc_1', type: 'function_call', status: 'incomplete', call_id: 'call_1', name: 'clock', arguments: '{"zo' };
    const record = recordOf({ input: 'x' }, { id: 'resp_d', output: [cut] });
    const { input } = expandHistory({ previous_response_id: 'resp_d', input: 'y' }, new Map([['resp_d', record]]));
    assert.deepEqual(
      (input as JsonObject[]).map((item) => item.type),
      ['message', 'message'],
    );
  });

  it('refuses an input that is none, by its own path', () => {
    for (const [input, param] of [
      [7, 'input'],
      [['Hi'], 'input[0]'],
    ] as const) {
      assert.throws(
        () => expandHistory({ previous_response_id: 'resp_a', input }, RECORDS),
        (error: GatewayError) => error.info.param === param,
      );
    }
  });

  it('tells what is not stored, by the code that clients know', () => {
    assert.throws(() => expandHistory({ previous_response_id: 'resp_z', input: 'x' }, RECORDS), {
      status: 400,
      info: { ...notStored('resp_z').info, param: 'previous_response_id', code: 'previous_response_not_found' },
    });
    assert.throws(
      () => expandHistory({ input: [{ type: 'item_reference', id: 'msg_z' }] }, RECORDS),
      (error: { info: object }) => {
        assert.deepEqual(
          { ...error.info, message: '' },
          { status: 404, message: '', type: 'invalid_request_error', code: 'unsupported_content', param: 'input[0]' },
        );
        return true;
      },
    );
  });
});

describe('listInputItems', () => {
  const ids = (list: JsonObject) => (list.data as JsonObject[]).map((item) => item.id);

  it('lists what a response was made from, the latest item first', () => {
    const list = listInputItems('resp_b', RECORDS, {});
    assert.deepEqual(ids(list), ['fco_b_in1', 'msg_b_in0', 'msg_a_0', 'msg_a_in0']);
    assert.deepEqual([list.object, list.first_id, list.last_id, list.has_more], ['list', 'fco_b_in1', 'msg_a_in0', false]);
  });

  it('turns pages in both directions', () => {
    const page = listInputItems('resp_b', RECORDS, { order: 'asc', limit: '2' });
    assert.deepEqual([ids(page), page.has_more], [['msg_a_in0', 'msg_a_0'], true]);
    const next = listInputItems('resp_b', RECORDS, { order: 'asc', limit: '2', after: 'msg_a_0' });
    assert.deepEqual([ids(next), next.has_more], [['msg_b_in0', 'fco_b_in1'], false]);
    assert.deepEqual(ids(listInputItems('resp_b', RECORDS, { order: 'asc', before: 'msg_b_in0' })), ['msg_a_in0', 'msg_a_0']);
  });

  it('gives an empty page for a response made from nothing', () => {
    const list = listInputItems('resp_e', new Map([['resp_e', { id: 'resp_e', input: [], output: [] }]]), {});
    assert.deepEqual(list, { object: 'list', data: [], first_id: null, last_id: null, has_more: false });
  });

  it('refuses what it cannot read', () => {
    for (const [query, param] of [
      [{ limit: '0' }, 'limit'],
      [{ limit: '101' }, 'limit'],
      [{ limit: 'ten' }, 'limit'],
      [{ order: 'up' }, 'order'],
      [{ after: 'msg_z' }, 'after'],
    ] as const) {
      assert.throws(
        () => listInputItems('resp_b', RECORDS, query),
        (error: GatewayError) => error.code === 'invalid_request' && error.info.param === param,
      );
    }
    assert.throws(() => listInputItems('resp_z', RECORDS, {}), { message: notStored('resp_z').message });
  });
});
