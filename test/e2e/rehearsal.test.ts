import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useGateway } from '../support/gateway.ts';

const mock = (more: object = {}): object => ({ provider: 'mock', ...more });
const twoTargets = (first: object): object => ({ strategy: { mode: 'fallback' }, targets: [first, mock()] });

describe('rehearsed faults, where they are switched on', () => {
  const gateway = useGateway({ ALLOW_FAULT_INJECTION: '1' });
  const ask = (config: object, more: object = {}): Promise<Response> => gateway.chat(config, { model: 'mock', ...more });

  it('happen to the target that has one, so that its fallback can be seen at work', async () => {
    for (const fault of [{ status: 503 }, { reset: true }, { cut_after: 1 }, { malformed: true }]) {
      const response = await ask(twoTargets(mock({ fault })));
      assert.equal(response.status, 200, JSON.stringify(fault));
      assert.equal(response.headers.get('x-portkey-last-used-option-index'), 'config.targets[1]', JSON.stringify(fault));
    }
  });

  it('are inherited from the config, and replaced by a target’s own', async () => {
    const response = await ask({ fault: { status: 500 }, strategy: { mode: 'fallback' }, targets: [mock(), mock({ fault: { status: 529 } })] });
    assert.equal(response.status, 529);
  });

  it('are had from models of the mock without any config', async () => {
    for (const [model, status, code] of [
      ['mock-429', 429, 'fault_injected'],
      ['mock-context-length', 400, 'context_length_exceeded'],
      ['mock-content-filter', 400, 'content_filter'],
      ['mock-reset', 502, 'upstream_unreachable'],
    ] as const) {
      const response = await ask(mock(), { model });
      assert.equal(response.status, status, model);
      assert.equal(((await response.json()) as { error: { code: string } }).error.code, code, model);
    }
  });

  it('cut streams behind as many events as the model’s name says, which the client is told of', async () => {
    const body = await (await ask(mock(), { model: 'mock-cut-after-20', stream: true })).text();
    const events = body.split('\n\n').filter((event) => event.startsWith('data: '));
    assert.equal(events.length, 21);
    assert.match(events[20] as string, /"code":"stream_truncated"/);
    assert.ok(!body.includes('[DONE]'));
  });

  it('skip the event that cannot be read and bring the rest', async () => {
    const body = await (await ask(mock(), { model: 'mock-malformed', stream: true })).text();
    assert.match(body, /\bHello\b[^]*\b60\b[^]*data: \[DONE\]\n\n$/);
  });

  it('show in the list of models', async () => {
    const response = await fetch(`${gateway.url}/v1/models`, { headers: { 'x-portkey-provider': 'mock' } });
    const { data } = (await response.json()) as { data: { id: string }[] };
    assert.ok(data.some(({ id }) => id === 'mock-stall'));
  });
});

describe('rehearsed faults, where they are not switched on', () => {
  const gateway = useGateway();

  it('make a config that has one anywhere invalid, and say which variable switches them on', async () => {
    const nested = { strategy: { mode: 'fallback' }, targets: [mock(), { strategy: { mode: 'loadbalance' }, targets: [mock({ fault: {} })] }] };
    const response = await gateway.chat(nested, { model: 'mock' });
    assert.equal(response.status, 400);
    const body = (await response.json()) as { error: { code: string; param: string }; errors: string[] };
    assert.equal(body.error.code, 'invalid_config');
    assert.equal(body.error.param, 'config.targets[1].targets[0].fault');
    assert.match(body.errors[0] as string, /ALLOW_FAULT_INJECTION=1/);
  });

  it('leave the mock’s models for them unknown, and say which variable switches them on', async () => {
    for (const model of ['mock-429', 'mock-cut-after-20', 'mock-context-length']) {
      const response = await gateway.chat(mock(), { model });
      assert.equal(response.status, 404, model);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      assert.equal(error.code, 'model_not_found');
      assert.match(error.message, /ALLOW_FAULT_INJECTION=1/);
    }
    assert.equal((await gateway.chat(mock(), { model: 'mock-large' })).status, 200);
  });
});
