import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '..');

/** A file, with the beginning of a title or some words of it. */
const REFERENCE = /^`([^`]+\.test\.ts)`(?:: (.+))?$/;

test('each row of docs/degradation.md names tests that are there', () => {
  const page = readFileSync(path.join(root, 'docs', 'degradation.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what |'));
  assert.ok(rows.length > 5);
  for (const row of rows) {
    for (const reference of (row.split('|').at(-2) ?? '').trim().split('; ')) {
      const [, file = '', title = ''] = REFERENCE.exec(reference) ?? [];
      assert.ok(file !== '' && existsSync(path.join(root, file)), `no such test: ${reference}`);
      assert.ok(readFileSync(path.join(root, file), 'utf8').includes(title), `${file} has no test titled: ${title}`);
    }
  }
});
