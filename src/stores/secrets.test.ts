import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Secrets } from './secrets.ts';

describe('secrets', () => {
  let folder = '';
  let file = '';
  let now = 0;
  const open = (env: Readonly<Record<string, string>> = {}): Secrets => new Secrets({ env, folder: path.join(folder, 'data'), now: () => now });

  beforeEach(() => {
    now = 1;
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-secrets-'));
    mkdirSync(path.join(folder, 'data'));
    file = path.join(folder, 'openai');
    writeFileSync(file, 'sk-one\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('come from the environment, but none of the gateway’s own', () => {
    const secrets = open({ OPENAI_API_KEY: 'sk-1', EMPTY: '', SLUICE_ADMIN_KEY: 'a', DATABASE_URL: 'b', REDIS_URL: 'c' });
    assert.equal(secrets.read({ env: 'OPENAI_API_KEY' }), 'sk-1');
    for (const env of ['EMPTY', 'MISSING', 'SLUICE_ADMIN_KEY', 'DATABASE_URL', 'REDIS_URL']) assert.equal(secrets.read({ env }), undefined, env);
  });

  it('come from files, which are read again when they change', () => {
    const secrets = open();
    assert.equal(secrets.read({ file }), 'sk-one');
    writeFileSync(`${file}.next`, 'sk-other\n');
    renameSync(`${file}.next`, file);
    assert.equal(secrets.read({ file }), 'sk-one');
    now += 1000;
    assert.equal(secrets.read({ file }), 'sk-other');
    rmSync(file);
    now += 1000;
    assert.equal(secrets.read({ file }), undefined);
  });

  it('come from no files that hold the gateway’s state or the machine’s', () => {
    const own = path.join(folder, 'data', 'sluice.db');
    writeFileSync(own, 'x');
    const link = path.join(folder, 'link');
    symlinkSync(own, link);
    for (const refused of [own, link, '/proc/self/environ', 'openai', path.join(folder, 'missing'), folder]) {
      assert.equal(open().read({ file: refused }), undefined, refused);
    }
    const bounded = open({ SLUICE_SECRET_FOLDERS: path.join(folder, 'data') });
    assert.equal(bounded.read({ file }), undefined);
    assert.equal(open({ SLUICE_SECRET_FOLDERS: folder }).read({ file }), 'sk-one');
  });

  it('are sealed for one and read by that one', () => {
    const secrets = open();
    const sealed = secrets.seal('sk-1', 'provider/a');
    assert.equal(secrets.read({ sealed }, 'provider/a'), 'sk-1');
    assert.equal(secrets.read({ sealed }, 'provider/b'), undefined);
  });

  it('come from further sources, which anyone may add', () => {
    const secrets = open();
    secrets.register('vault', (reference) => (reference === 'kv/openai' ? 'sk-vault' : undefined));
    assert.equal(secrets.read({ vault: 'kv/openai' }), 'sk-vault');
    assert.equal(secrets.read({ other: 'x' }), undefined);
  });
});
