import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../api/client.ts';
import type { LoggedCall } from '../api/types.ts';
import { found, fitOf } from '../shell/palette-items.ts';
import { alertBody, alertsText, budgetBodies, budgetDraftsOf } from '../ui/budget-draft.ts';
import { wordsOf } from '../ui/refusal.ts';
import { bodyOf as keyBody, draftOf as keyDraft } from './keys/key-form.ts';
import { conditionsOf, draftOf as policyDraft, FIRST, policyBody, policyChange } from './limits/policy-form.ts';
import { draftOf, requestOf } from './logs/again.ts';
import { waterfallRows } from './logs/waterfall-rows.ts';
import { bodyFor, columnOf, columnText, DEFAULTS, headersFor, messagesFor } from './playground/thread.ts';
import { bodyOf as providerBody, draftOf as providerDraft, typedOver } from './providers/provider-form.ts';

const CALL: LoggedCall = {
  id: 'c1',
  at: '2030-01-01T00:00:00.000Z',
  method: 'POST',
  path: '/v1/chat/completions',
  status: 200,
  ms: 900,
  provider: 'openai',
  requested_model: 'gpt-4o',
  attempts: [
    { target: 'config.targets[0]', provider: 'openai', status: 429, error: 'rate_limit', started_at: '2030-01-01T00:00:00.100Z', ms: 50 },
    { target: 'config.targets[1]', provider: 'openai', status: 200, started_at: '2030-01-01T00:00:00.400Z', ms: 200, end_ms: 500 },
  ],
  request: {
    headers: { authorization: '****1234', 'x-sluice-provider': 'openai', host: 'x', 'x-portkey-api-key': '****', 'user-agent': 'node' },
    body: {
      model: 'gpt-4o',
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
        { role: 'user', content: 'c' },
      ],
    },
  },
};

test('attempts stand on one line of time', () => {
  const { rows, total } = waterfallRows(CALL);
  assert.deepEqual(
    rows.map(({ from, to }) => [from, to]),
    [
      [100, 150],
      [400, 900],
    ],
  );
  assert.equal(total, 900);
  const untimed = waterfallRows({ ...CALL, ms: 0, attempts: [{ ms: 10 }, { ms: 20 }] });
  assert.deepEqual(
    untimed.rows.map(({ from, to }) => [from, to]),
    [
      [0, 10],
      [10, 30],
    ],
  );
});

test('a call is sent again without what was masked in it', () => {
  const { headers } = requestOf(CALL);
  assert.deepEqual(headers, { 'content-type': 'application/json', 'x-sluice-provider': 'openai' });
});

test('a call becomes a conversation whose last message is there to be sent', () => {
  const { draft, address } = draftOf(CALL);
  assert.deepEqual(
    draft.turns.map(({ role }) => role),
    ['user', 'assistant'],
  );
  assert.equal(draft.prompt, 'c');
  assert.equal(new URLSearchParams(address.split('?')[1]).get('c'), 'openai~gpt-4o');
});

test('a conversation is written in the words of OpenAI', () => {
  const run = { isOver: true, answer: { text: '', reasoning: '', tools: [{ id: 'c1', name: 'f', arguments: '{}' }] } };
  const messages = messagesFor('Be brief.', [
    { role: 'user', text: 'look', images: ['data:image/png;base64,A'] },
    { role: 'assistant', run },
    { role: 'tool', results: [{ id: 'c1', text: 'found' }] },
  ]);
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['system', 'user', 'assistant', 'tool'],
  );
  assert.deepEqual(messages[1]?.['content'], [
    { type: 'text', text: 'look' },
    { type: 'image_url', image_url: { url: 'data:image/png;base64,A' } },
  ]);
  assert.equal(messages[3]?.['tool_call_id'], 'c1');
});

test('a call has the settings that were made, and no others', () => {
  const turns = [{ role: 'user' as const, text: 'Hi', images: [] }];
  assert.deepEqual(bodyFor({ target: 'mock', model: 'm' }, { ...DEFAULTS, isStreamed: false }, turns), {
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const body = bodyFor(
    { target: 'mock', model: '' },
    { ...DEFAULTS, temperature: '0.2', maxTokens: '9', schema: '{"type":"object"}', tools: '[]' },
    turns,
  );
  assert.deepEqual([body['model'], body['temperature'], body['max_tokens'], body['tools'], body['stream']], ['any', 0.2, 9, [], true]);
  assert.throws(() => bodyFor({ target: 'mock', model: '' }, { ...DEFAULTS, tools: '[{' }, turns), /^Error: Tools: /);
});

test('a column is kept in the address, and says where calls go', () => {
  const column = { target: '@prod', model: 'a~b' };
  assert.deepEqual(columnOf(columnText(column)), column);
  assert.deepEqual(headersFor(column), { 'x-sluice-provider': '@prod' });
  assert.deepEqual(headersFor({ target: 'pc-1', model: '' }), { 'x-sluice-config': 'pc-1' });
});

test('a provider keeps the keys that were not written anew', () => {
  const saved = {
    id: 'p',
    name: 'P',
    version: 1,
    provider: 'openai',
    keys: [{ id: 'k1', masked: '****1', weight: 2 }],
    options: { secret: '****9', region: 'eu', account: { env: 'ACCOUNT' } },
  };
  const draft = providerDraft(saved, undefined);
  const body = providerBody({ ...draft, keys: [...draft.keys, { source: 'env', text: 'OPENAI_KEY', weight: '1' }] }, false);
  assert.deepEqual(body['keys'], [
    { id: 'k1', weight: 2 },
    { env: 'OPENAI_KEY', weight: 1 },
  ]);
  // A mask stands for what it is shown for.
  assert.deepEqual(body['options'], saved.options);
  assert.equal('id' in body, false);
});

test('what is written behind a mask replaces it', () => {
  assert.equal(typedOver('****1234', '****1234n'), 'n');
  assert.equal(typedOver('****', 'new'), 'new');
  assert.equal(typedOver('eu', 'eu-west'), 'eu-west');
});

test('an API key is saved as it was read', () => {
  const saved = { id: 'k', name: 'K', version: 1, expires_at: '2030-01-31T00:00:00.000Z', allowed_models: ['a', 'b*'], metadata: { team: 'x=y' } };
  const body = keyBody(keyDraft(saved));
  assert.deepEqual(
    [body['name'], body['expires_at'], body['allowed_models'], body['metadata']],
    ['K', '2030-01-31T00:00:00Z', ['a', 'b*'], { team: 'x=y' }],
  );
  assert.deepEqual([body['allowed_providers'], body['default_config']], [null, null]);
});

test('a policy is saved as it was read', () => {
  const conditions = [
    { key: 'model', value: ['a', 'b'], excludes: true },
    { key: 'metadata.tier', value: 'free' },
    { key: 'api_key', value: '*' },
  ];
  const saved = {
    id: 'p',
    name: 'P',
    version: 2,
    kind: 'usage_limit' as const,
    type: 'tokens',
    credit_limit: 5,
    periodic_reset: null,
    periodic_reset_days: 14,
    alert_threshold: 4,
    alert_webhook: ['https://a.example/?x=1,2', 'https://b.example/'],
    conditions,
    group_by: ['api_key'],
  };
  const draft = policyDraft(saved);
  const kept = { name: 'P', type: 'tokens', credit_limit: 5, conditions, group_by: ['api_key'] };
  const alerts = { alert_threshold: [4], alert_webhook: saved.alert_webhook };
  assert.deepEqual(policyChange(draft), { ...kept, ...alerts, periodic_reset: null, periodic_reset_days: 14 });
  const without = policyChange({ ...draft, reset: 'daily', thresholds: ' ', webhooks: '\n' });
  assert.deepEqual(without, { ...kept, alert_threshold: null, alert_webhook: null, periodic_reset: 'daily', periodic_reset_days: null });
});

test('budgets of a key are saved as they were read, with whom they tell', () => {
  const limits = [
    {
      id: 'b',
      type: 'cost' as const,
      credit_limit: 50,
      periodic_reset_days: 14,
      alert_threshold: [40, 50],
      alert_webhook: 'https://hooks.example.com/x',
    },
    { type: 'requests' as const, credit_limit: 9 },
  ];
  const drafts = budgetDraftsOf(limits);
  assert.deepEqual(budgetBodies(drafts), [
    { ...limits[0], alert_webhook: ['https://hooks.example.com/x'] },
    { ...limits[1], alert_threshold: null, alert_webhook: null },
  ]);
  assert.deepEqual(alertBody({ thresholds: '5, soon', webhooks: '' }), { alert_threshold: [5, 'soon'], alert_webhook: null });
  assert.deepEqual(
    drafts.map((draft) => alertsText(draft.limit.type, draft)),
    ['at $40 and $50, to hooks.example.com', ''],
  );
});

test('what the gateway says of a member stands at its field, and at no other', () => {
  const error = new ApiError(400, {
    error: { message: 'usage_limits[0].alert_webhook[1]: Expected a URL', param: 'usage_limits[0].alert_webhook[1]' },
  });
  assert.equal(wordsOf(error, 'usage_limits[0].alert_webhook'), 'Expected a URL');
  for (const member of [undefined, 'usage_limits[0].alert', 'usage_limits[1].alert_webhook', 'name']) assert.equal(wordsOf(error, member), undefined);
  assert.equal(wordsOf(new TypeError('x'), 'name'), undefined);
});

test('policies are written in a line', () => {
  assert.deepEqual(conditionsOf('metadata.tier=free, model != gpt-4o, api_key'), [
    { key: 'metadata.tier', value: 'free' },
    { key: 'model', value: 'gpt-4o', excludes: true },
    { key: 'api_key', value: '*' },
  ]);
  const rate = policyBody({ ...FIRST, name: 'R', kind: 'rate_limit', groups: 'metadata.user' });
  assert.deepEqual([rate['type'], rate['unit'], rate['value'], rate['group_by']], ['requests', 'rpm', 10, ['metadata.user']]);
});

test('commands are found by a few of their letters, the best fit first', () => {
  const commands = ['Playground', 'Providers', 'Failed calls', 'API keys'].map((label) => ({ label, group: '', run: () => undefined }));
  assert.equal(found(commands, 'prov')[0]?.label, 'Providers');
  assert.equal(found(commands, 'ak')[0]?.label, 'API keys');
  assert.equal(found(commands, '').length, 4);
  assert.equal(fitOf('xyz', 'Playground'), undefined);
});
