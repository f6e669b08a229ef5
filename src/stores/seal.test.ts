import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { openSealer, SealError } from './seal.ts';

const makeKey = (): string => randomBytes(32).toString('base64');

describe('sealing', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-seal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was sealed, to whom it was sealed for only', () => {
    const sealer = openSealer({ SLUICE_ENCRYPTION_KEY: makeKey() }, undefined);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, context, other) => {
        const sealed = sealer.seal(text, context);
        assert.equal(sealer.open(sealed, context), text);
        if (other !== context) assert.throws(() => sealer.open(sealed, other), SealError);
      }),
    );
  });

  it('shows nothing, and never the same twice', () => {
    const sealer = openSealer({}, undefined);
    const [one, other] = [sealer.seal('sk-secret', 'a'), sealer.seal('sk-secret', 'a')];
    assert.notEqual(one, other);
    assert.doesNotMatch(one, /secret/);
    assert.doesNotMatch(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1'), /secret/);
  });

  it('opens nothing that was changed anywhere', () => {
    const sealer = openSealer({}, undefined);
    const sealed = sealer.seal('sk-secret', 'a');
    const bytes = Buffer.from(sealed.split('.')[2] ?? '', 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      assert.throws(() => sealer.open([...sealed.split('.').slice(0, 2), changed.toString('base64url')].join('.'), 'a'), SealError);
    }
    for (const other of ['', 'v1', 'v1..', 'plain text', sealed.slice(0, -30), sealed.replace('v1', 'v2')]) {
      assert.throws(() => sealer.open(other, 'a'), SealError, other);
    }
  });

  it('opens with earlier keys and seals with the last one', () => {
    const [first, second] = [makeKey(), Buffer.from(makeKey(), 'base64').toString('hex')];
    const before = openSealer({ SLUICE_ENCRYPTION_KEY: first }, undefined);
    const sealed = before.seal('x', 'a');
    const after = openSealer({ SLUICE_ENCRYPTION_KEY: second, SLUICE_ENCRYPTION_KEY_PREVIOUS: `${makeKey()}, ${first}` }, undefined);
    assert.equal(after.open(sealed, 'a'), 'x');
    assert.deepEqual([before.isCurrent(sealed), after.isCurrent(sealed), after.isCurrent(after.seal('x', 'a'))], [true, false, true]);
    const alone = openSealer({ SLUICE_ENCRYPTION_KEY: second }, undefined);
    assert.throws(() => alone.open(sealed, 'provider/openai'), /provider\/openai was sealed with the key [\da-f]{8}.*SLUICE_ENCRYPTION_KEY_PREVIOUS/);
  });

  it('makes a key in the data folder once, which only its owner may read', () => {
    const sealed = openSealer({}, folder).seal('x', 'a');
    const file = path.join(folder, 'encryption.key');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const key = readFileSync(file, 'utf8');
    assert.equal(openSealer({}, folder).open(sealed, 'a'), 'x');
    openSealer({}, folder).seal('y', 'b');
    assert.equal(readFileSync(file, 'utf8'), key);
  });

  it('opens with the key of the folder when it is given another one', () => {
    const sealed = openSealer({}, folder).seal('x', 'a');
    const sealer = openSealer({ SLUICE_ENCRYPTION_KEY: makeKey() }, folder);
    assert.equal(sealer.open(sealed, 'a'), 'x');
    assert.equal(sealer.isCurrent(sealed), false);
  });

  it('seals nothing for a shared database with a key that is gone at the end', () => {
    assert.throws(
      () => openSealer({ DATABASE_URL: 'postgres://db/x' }, undefined).seal('x', 'a'),
      /SLUICE_ENCRYPTION_KEY, the same on every machine/,
    );
    const sealer = openSealer({ DATABASE_URL: 'postgres://db/x' }, folder);
    assert.equal(sealer.open(sealer.seal('x', 'a'), 'a'), 'x');
  });

  it('refuses what is no key, by the name of its variable', () => {
    for (const SLUICE_ENCRYPTION_KEY of ['password', makeKey().slice(4), 'ab'.repeat(31)]) {
      assert.throws(() => openSealer({ SLUICE_ENCRYPTION_KEY }, undefined), /^Error: SLUICE_ENCRYPTION_KEY: expected 32 bytes in base64 or hex/);
    }
    assert.throws(() => openSealer({ SLUICE_ENCRYPTION_KEY: `${makeKey()},${makeKey()}` }, undefined), /expected one key/);
    writeFileSync(path.join(folder, 'encryption.key'), 'broken');
    assert.throws(() => openSealer({}, folder).seal('x', 'a'), /encryption\.key holds no key/);
  });
});
