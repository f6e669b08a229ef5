import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '..');

test('each row of docs/degradation.md names a test that is there', () => {
  const page = readFileSync(path.join(root, 'docs', 'degradation.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what |'));
  assert.ok(rows.length > 5);
  for (const row of rows) {
    const [, file = '', title = ''] = /`([^`]+\.test\.ts)`(?:: ([^|]+?))? \|$/.exec(row) ?? [];
    assert.ok(file !== '' && existsSync(path.join(root, file)), `no such test: ${row}`);
    assert.ok(readFileSync(path.join(root, file), 'utf8').includes(title), `${file} has no test titled: ${title}`);
  }
});
