import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAdminPath } from './door.ts';
import { openApiOf } from './openapi.ts';
import { operationsOf } from './operations.ts';
import type { AdminWorld } from './world.ts';

/** Tables look at no world before one of their operations runs. */
const nowhere = new Proxy({} as AdminWorld, { get: (_, name) => assert.fail(`a table looks at ${String(name)}`) });

describe('the operations', () => {
  const operations = operationsOf(nowhere);

  it('are each there once, at paths that no model call takes', () => {
    const names = operations.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) < index),
      [],
    );
    assert.deepEqual(
      operations.filter(({ path }) => !isAdminPath(path)).map(({ path }) => path),
      [],
    );
    for (const path of ['/v1/chat/completions', '/v1/models', '/v1/files', '/v1/configsx', '/v1/proxy/configs'])
      assert.equal(isAdminPath(path), false, path);
  });

  it('are each reached: no parameter of an earlier path takes the words of a later one', () => {
    const takes = (earlier: string, later: string): boolean => {
      const [taken, words] = [earlier.split('/'), later.split('/')];
      return taken.length === words.length && taken.every((part, index) => part.startsWith('{') || part === words[index]);
    };
    const hidden = operations.flatMap(({ method, path }, index) =>
      operations
        .slice(0, index)
        .filter((earlier) => earlier.method === method && takes(earlier.path, path))
        .map((earlier) => `${method} ${earlier.path} hides ${path}`),
    );
    assert.deepEqual(hidden, []);
  });

  it('are described one by one, by ids that clients can be made of', () => {
    const document = openApiOf(operations);
    const described = Object.values(document['paths'] as Record<string, Record<string, { operationId: string; summary: string }>>).flatMap((path) =>
      Object.values(path),
    );
    assert.equal(described.length, operations.length);
    assert.equal(new Set(described.map(({ operationId }) => operationId)).size, operations.length);
    assert.ok(described.every(({ operationId, summary }) => /^\w+$/.test(operationId) && summary !== ''));
  });
});
