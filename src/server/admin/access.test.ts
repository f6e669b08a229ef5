import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Directory } from '../../directory/directory.ts';
import { keyOfText } from '../../directory/write-api-key.ts';
import { systemClock } from '../../routing/clock.ts';
import { MemoryRecordStore } from '../../stores/records/memory-record-store.ts';
import { admit } from './access.ts';
import type { AdminWorld } from './world.ts';

const plain = { seal: (text: string) => text, read: () => undefined };
const SCOPED = { scopes: ['configs.read'] };

async function worldWith(adminKey: string | undefined, { isOpen = true } = {}): Promise<AdminWorld> {
  const store = new MemoryRecordStore(Date.now);
  const save = (id: string, body: object): Promise<unknown> =>
    store.create({ kind: 'api_key', id, workspace: 'blue', body: { ...keyOfText(`key-${id}`).kept, ...body } });
  await save('reader', { scopes: ['configs.*'] });
  await save('caller', { scopes: ['completions.write'] });
  await save('blocked', { scopes: ['*'], status: 'blocked' });
  await save('old', { scopes: ['*'], expires_at: '2020-01-01T00:00:00Z' });
  const directory = new Directory({ store, secrets: plain, clock: systemClock });
  if (isOpen) await directory.open();
  return { directory, clock: systemClock, adminKey } as unknown as AdminWorld;
}

const local = { peer: '127.0.0.1', httpVersion: '1.1', headers: { host: 'localhost:8787' } };
const far = { peer: '203.0.113.7', httpVersion: '1.1', headers: { host: 'gateway.example' } };
const withKey = (key: string, asking = far): typeof far => ({
  ...asking,
  headers: { ...asking.headers, 'x-portkey-api-key': key } as typeof far.headers,
});

describe('whoever asks', () => {
  it('administers the gateway with its key, from anywhere, and without one on its own machine', async () => {
    const everything = { workspace: undefined, scopes: undefined };
    assert.deepEqual(admit(withKey('the-admin-key'), 'admin', await worldWith('the-admin-key')), everything);
    assert.deepEqual(admit(local, 'admin', await worldWith(undefined)), everything);
    assert.deepEqual(admit({ ...local, peer: '::ffff:127.0.0.1' }, SCOPED, await worldWith(undefined)), everything);
    const keyed = await worldWith('the-admin-key');
    assert.throws(() => admit(local, 'admin', keyed), { status: 401 });
    assert.throws(() => admit(withKey('the-admin-kez'), 'admin', keyed), { status: 401 });
    const open = await worldWith(undefined);
    assert.throws(() => admit(far, 'admin', open), { status: 403 });
    assert.throws(() => admit({ ...local, peer: '192.168.0.2' }, 'admin', open), { status: 403 });
  });

  it('sees the workspace of an API key whose scopes fit, and nothing with any other', async () => {
    const world = await worldWith('the-admin-key');
    assert.deepEqual(admit(withKey('key-reader'), SCOPED, world), { workspace: 'blue', scopes: ['configs.*'] });
    assert.throws(() => admit(withKey('key-caller'), SCOPED, world), { status: 403, message: /needs the scope configs\.read/ });
    assert.throws(() => admit(withKey('key-blocked'), SCOPED, world), { status: 403, message: /blocked/ });
    assert.throws(() => admit(withKey('key-old'), SCOPED, world), { status: 401, message: /expired/ });
    assert.throws(() => admit(withKey('key-reader'), 'admin', world), { status: 401 });
    assert.throws(() => admit(withKey('key-unknown'), SCOPED, world), { status: 401 });
  });

  it('is not refused for a key that nobody can look up now', async () => {
    const world = await worldWith('the-admin-key', { isOpen: false });
    assert.throws(() => admit(withKey('key-reader'), SCOPED, world), { status: 503 });
  });
});
