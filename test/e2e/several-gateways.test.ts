import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { adminOf } from '../support/admin.ts';
import { useGateway } from '../support/gateway.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-shared-'));
after(() => rmSync(folder, { recursive: true }));

describe('gateways that share a store', () => {
  const env = { SLUICE_DATA: folder, REQUIRE_API_KEY: '1' };
  const one = useGateway(env);
  const other = useGateway(env);
  const ask = adminOf(one);

  it('follow what was changed at another one', { timeout: 30_000 }, async () => {
    const { body } = await ask('POST', '/api-keys', { name: 'shared' });
    const call = (config: string): Promise<Response> =>
      other.post(
        '/v1/chat/completions',
        { model: 'mock', messages: [], stream: false },
        { 'x-portkey-api-key': String(body['key']), 'x-portkey-config': config },
      );
    const until = async (status: number, config = '{"provider":"mock"}'): Promise<void> => {
      while ((await call(config)).status !== status) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await until(200);
    await ask('POST', '/configs', { id: 'pc-shared', config: { provider: 'mock' } });
    await until(200, 'pc-shared');
    await ask('PUT', `/api-keys/${String(body['id'])}`, { status: 'blocked' });
    await until(403);
    assert.equal((await call('pc-shared')).status, 403);
    await ask('DELETE', `/api-keys/${String(body['id'])}`);
    await until(401);
  });
});
