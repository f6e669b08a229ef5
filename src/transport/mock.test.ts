import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withMock } from './mock.ts';

const mock = withMock(() => assert.fail('only the mock is asked'), undefined);

/** The status that the mock answers a body with. */
function statusOf(path: string, body: unknown): Promise<number> {
  const request = { method: 'POST', origin: 'mock://', path, headers: [], body: JSON.stringify(body), guarded: false };
  return new Promise((resolve, reject) => {
    mock(request, { head: ({ status }) => resolve(status), data: () => true, end: () => {}, fail: reject });
  });
}

test('whatever a body has in the place of its members, the mock answers it', async () => {
  const bodies = [
    { messages: 5 },
    { messages: [null] },
    { messages: {} },
    { tools: 5 },
    { tools: [null] },
    { tools: [{ function: { name: 'f', parameters: { properties: { a: null } } } }] },
    { tools: [{ function: { name: 5, parameters: { type: 'array', items: null } } }] },
  ];
  for (const body of bodies) {
    assert.equal(await statusOf('/chat/completions', body), 400, JSON.stringify(body));
    assert.match(String(await statusOf('/chat/completions', { ...body, stream: true })), /^[24]00$/, JSON.stringify(body));
  }
  for (const dimensions of [1e9, 1e300, 'many']) assert.equal(await statusOf('/embeddings', { input: 'x', dimensions }), 400);
  for (const body of [null, 5, [], '', { messages: [] }, { model: 5, prompt: 7 }]) assert.equal(await statusOf('/chat/completions', body), 200);
});
