import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry, LoggedCall } from '../../api/types.ts';
import { canReplay, draftOf, headersTo } from './again.ts';
import { configSent, targetName } from './target-name.ts';
import { merged } from './use-logs.ts';

const entry = (id: string, at: string): LogEntry => ({ id, at, method: 'POST', path: '/v1/messages', status: 200 });

function callBy(headers: Readonly<Record<string, string>>, more: Partial<LoggedCall> = {}): LoggedCall {
  const body = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
  return { ...entry('c1', '2030-01-01T00:00:00.000Z'), provider: 'anthropic', request: { headers, body }, ...more };
}

test('what came meanwhile and what was listed stand in the order of their times, each once', () => {
  const tail = [entry('c', '2030-01-01T00:00:03Z'), entry('a', '2030-01-01T00:00:01Z')];
  const listed = [entry('b', '2030-01-01T00:00:02Z'), entry('a', '2030-01-01T00:00:01Z')];
  assert.deepEqual(
    merged(tail, listed).map(({ id }) => id),
    ['c', 'b', 'a'],
  );
});

test('a target is called by the saved provider that it names', () => {
  const config = { targets: [{ virtual_key: 'east' }, { provider: '@west' }, { provider: 'openai' }] };
  const call = callBy({ 'x-sluice-config': JSON.stringify(config) });
  const names = [0, 1, 2].map((i) => targetName(call, `config.targets[${i}]`, configSent(call)));
  assert.deepEqual(names, ['@east', '@west', undefined]);
  assert.equal(configSent(callBy({ 'x-sluice-config': 'pc-saved' })), undefined);
  assert.equal(targetName(callBy({ 'x-portkey-virtual-key': 'east' }), 'config', undefined), '@east');
  assert.equal(targetName(callBy({ 'x-sluice-provider': '@east' }), 'config', undefined), '@east');
});

test('a call to a saved provider is opened in the playground with that provider', () => {
  assert.equal(draftOf(callBy({ 'x-sluice-provider': '@claude' })).address, '/playground?c=%40claude%7E');
  assert.equal(draftOf(callBy({}, { requested_model: 'sonnet' })).address, '/playground?c=anthropic%7Esonnet');
});

test('the playground gets the system prompt, the settings, the tools and the results of a call in any dialect', () => {
  const body = {
    system: 'Be brief.',
    max_tokens: 50,
    temperature: 0,
    tools: [{ name: 'find', description: 'Finds.', input_schema: { type: 'object' } }],
    output_config: { format: { type: 'json_schema', schema: { type: 'string' } } },
    messages: [{ role: 'user', content: 'Hello' }],
  };
  const { draft, address } = draftOf(callBy({}, { is_stream: false, request: { body } }));
  const query = { c: 'anthropic~', system: 'Be brief.', temperature: '0', max_tokens: '50', stream: 'off' };
  assert.deepEqual(Object.fromEntries(new URLSearchParams(address.split('?')[1])), query);
  assert.deepEqual(JSON.parse(draft.tools ?? ''), [
    { type: 'function', function: { name: 'find', description: 'Finds.', parameters: { type: 'object' } } },
  ]);
  assert.deepEqual(JSON.parse(draft.schema ?? ''), { type: 'string' });

  const tool = { id: 'x', type: 'function', function: { name: 'find', arguments: '{}' } };
  const asked = [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: null, tool_calls: [tool] },
    { role: 'tool', tool_call_id: 'x', content: 'found' },
  ];
  const rolesOf = (messages: readonly object[]): string[] =>
    draftOf(callBy({}, { request: { body: { messages } } })).draft.turns.map(({ role }) => role);
  assert.deepEqual(rolesOf(asked), ['user', 'assistant']);
  assert.deepEqual(rolesOf([...asked, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }]), [
    'user',
    'assistant',
    'tool',
    'assistant',
  ]);
});

test('chats of every dialect can be sent once more, to the same target or to another', () => {
  assert.equal(canReplay(callBy({})), true);
  assert.equal(canReplay(callBy({}, { path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent' })), true);
  assert.equal(canReplay(callBy({}, { path: '/v1/embeddings' })), false);
  assert.equal(canReplay(callBy({}, { request: { body: null } })), false);
  const call = callBy({ 'x-sluice-config': 'pc-a', 'x-sluice-metadata': '{}' });
  const type = { 'content-type': 'application/json' };
  assert.deepEqual(headersTo(call, 'same'), { ...type, 'x-sluice-config': 'pc-a', 'x-sluice-metadata': '{}' });
  assert.deepEqual(headersTo(call, 'pc-b'), { ...type, 'x-sluice-config': 'pc-b', 'x-sluice-metadata': '{}' });
  assert.deepEqual(headersTo(call, '@east'), { ...type, 'x-sluice-provider': '@east', 'x-sluice-metadata': '{}' });
});
