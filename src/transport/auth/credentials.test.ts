import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Credentials, Kept, type Expiring } from './credentials.ts';

/** A clock that is set by hand, and a service whose tokens are numbered. */
function scene(lifetime: number) {
  const scene = { now: 0, fetched: 0, fails: false };
  const fetchNew = async (): Promise<Expiring<number>> => {
    scene.fetched += 1;
    if (scene.fails) throw new Error('no token');
    return { value: scene.fetched, expiresAt: scene.now + lifetime };
  };
  const kept = new Kept<number>(() => scene.now);
  return Object.assign(scene, { get: () => kept.get(fetchNew) });
}

/** Lets the promises that are under way come to their end. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a kept credential', () => {
  it('serves until shortly before its end', async () => {
    const service = scene(3_600_000);
    assert.equal(await service.get(), 1);
    service.now = 3_600_000 - 60_001;
    assert.equal(await service.get(), 1);
    assert.equal(service.fetched, 1);
  });

  it('is renewed before its end while calls go on with the old one', async () => {
    const service = scene(3_600_000);
    await service.get();
    service.now = 3_600_000 - 60_000;
    assert.equal(await service.get(), 1);
    await settled();
    assert.equal(await service.get(), 2);
    assert.equal(service.fetched, 2);
  });

  it('is waited for by all calls that have none, and fetched once for them', async () => {
    const service = scene(3_600_000);
    assert.deepEqual(await Promise.all([service.get(), service.get(), service.get()]), [1, 1, 1]);
    service.now = 3_600_000 - 5_000;
    assert.deepEqual(await Promise.all([service.get(), service.get()]), [2, 2]);
    assert.equal(service.fetched, 2);
  });

  it('serves on when its renewal fails, and the next call tries again', async () => {
    const service = scene(3_600_000);
    await service.get();
    service.now = 3_600_000 - 30_000;
    service.fails = true;
    assert.equal(await service.get(), 1);
    await settled();
    service.fails = false;
    assert.equal(await service.get(), 1);
    await settled();
    assert.equal(await service.get(), 3);
  });

  it('is not kept where it could not be had', async () => {
    const service = scene(3_600_000);
    service.fails = true;
    await assert.rejects(service.get());
    service.fails = false;
    assert.equal(await service.get(), 2);
  });
});

describe('credentials', () => {
  it('are shared by all that depend on the same, and by nobody else', () => {
    const credentials = new Credentials(() => 0);
    assert.equal(credentials.at(['aws', 'role', '']), credentials.at(['aws', 'role', '']));
    assert.notEqual(credentials.at(['aws', 'role', '']), credentials.at(['aws', '', 'role']));
    assert.notEqual(credentials.at(['aws', 'role']), credentials.at(['azure', 'role']));
  });
});
