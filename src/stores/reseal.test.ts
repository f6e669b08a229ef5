import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { JsonObject } from '../ir/json.ts';
import { MemoryRecordStore } from './records/memory-record-store.ts';
import type { StoredRecord } from './records/record-store.ts';
import { reseal } from './reseal.ts';
import { Secrets } from './secrets.ts';

const makeKey = (): string => randomBytes(32).toString('base64');

const secretsBy = (env: Readonly<Record<string, string>>): Secrets => new Secrets({ env, folder: undefined, now: () => 1 });

describe('resealing', () => {
  it('seals with the present key what was sealed with an earlier one, and nothing else', async () => {
    const [old, present] = [makeKey(), makeKey()];
    const before = secretsBy({ SLUICE_ENCRYPTION_KEY: old });
    const store = new MemoryRecordStore(() => 1);
    const create = (kind: StoredRecord['kind'], id: string, body: JsonObject): Promise<StoredRecord> =>
      store.create({ kind, id, workspace: 'w', body });
    await create('provider', 'a', { keys: [{ id: 'k', sealed: before.seal('sk-1', 'provider/a'), masked: 'sk…1' }], options: { region: 'eu' } });
    await create('config', 'b', { config: { targets: [{ api_key: { sealed: before.seal('"sk-2"', 'config/b') } }] } });
    await create('provider', 'c', { keys: [{ env: 'OPENAI_API_KEY' }] });
    await create('provider', 'd', { keys: [{ sealed: secretsBy({ SLUICE_ENCRYPTION_KEY: makeKey() }).seal('x', 'provider/d') }] });

    const both = secretsBy({ SLUICE_ENCRYPTION_KEY: present, SLUICE_ENCRYPTION_KEY_PREVIOUS: old });
    assert.deepEqual(await reseal(store, both), { resealed: ['config/b', 'provider/a'], lost: ['provider/d'] });

    const after = secretsBy({ SLUICE_ENCRYPTION_KEY: present });
    const provider = (await store.get('provider', 'a'))?.body as { keys: { id: string; sealed: string; masked: string }[]; options: object };
    assert.equal(after.read({ sealed: provider.keys[0]?.sealed ?? '' }, 'provider/a'), 'sk-1');
    assert.deepEqual([provider.keys[0]?.id, provider.keys[0]?.masked, provider.options], ['k', 'sk…1', { region: 'eu' }]);
    assert.equal((await store.get('provider', 'c'))?.version, 1);
    assert.deepEqual((await reseal(store, both)).resealed, []);
  });

  it('takes nothing back that was changed meanwhile', async () => {
    const [old, present] = [makeKey(), makeKey()];
    const before = secretsBy({ SLUICE_ENCRYPTION_KEY: old });
    const store = new MemoryRecordStore(() => 1);
    await store.create({ kind: 'provider', id: 'a', workspace: 'w', body: { name: 'one', sealed: before.seal('x', 'provider/a') } });
    const list = store.list.bind(store);
    store.list = async (kind, options) => {
      const page = await list(kind, options);
      for (const { id, body } of page.records) await store.update(kind, id, { body: { ...body, name: 'other' } });
      return page;
    };
    const both = secretsBy({ SLUICE_ENCRYPTION_KEY: present, SLUICE_ENCRYPTION_KEY_PREVIOUS: old });
    assert.deepEqual(await reseal(store, both), { resealed: ['provider/a'], lost: [] });
    const { name, sealed } = (await store.get('provider', 'a'))?.body ?? {};
    assert.deepEqual([name, secretsBy({ SLUICE_ENCRYPTION_KEY: present }).read({ sealed: String(sealed) }, 'provider/a')], ['other', 'x']);
  });
});
