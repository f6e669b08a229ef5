import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { climbs, readMetadata } from './request-parts.ts';

describe('the metadata of a request', () => {
  const read = (text: string): object => readMetadata({ 'x-portkey-metadata': text });

  it('is a JSON object, or none', () => {
    assert.deepEqual(read('{"_user":"ada","tags":{"team":["blue"]}}'), { _user: 'ada', tags: { team: ['blue'] } });
    for (const text of ['', '[]', 'null', '{', '"a"']) assert.deepEqual(read(text), {}, text);
  });

  it('is UTF-8, though headers are read byte by byte', () => {
    const name = 'Jörg 日本 🙂';
    const asBytes = Buffer.from(JSON.stringify({ name })).toString('latin1');
    assert.deepEqual(read(asBytes), { name });
    assert.deepEqual(read('{"name":"J\u00f6rg"}'), { name: 'Jörg' });
  });

  it('is none where it is nested deeper than can be written down', () => {
    assert.deepEqual(read('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)), {});
    assert.deepEqual(read(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`), {});
  });
});

describe('a path', () => {
  it('climbs by dots alone, however they and the slashes are spelt', () => {
    for (const path of ['/a/..', '/a/../b', '/./a', '/a/%2e%2E/b', '/a%2f..%2fb', '/a\\..\\b', '/a/..;/b']) assert.ok(climbs(path), path);
    for (const path of ['/', '/a', '/a..b/c', '/..a', '/a.../b', '/.well-known/x', '/a/%2e%2e%2e']) assert.ok(!climbs(path), path);
  });
});
