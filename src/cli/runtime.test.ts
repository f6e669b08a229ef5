import { equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { lackOf } from './runtime.ts';

test('a Node that is too old is told which one is needed', () => {
  for (const version of ['18.20.4', '20.19.2', '22.2.0', '22.14.0']) match(lackOf(version) ?? '', /Node 22\.15 or later, and this is /);
  for (const version of ['22.15.0', '22.23.3', '23.8.0', '24.21.0', '26.0.0']) equal(lackOf(version), undefined, version);
  equal(lackOf(process.versions.node), undefined);
});
