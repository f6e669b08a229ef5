import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DOES_IO, IO_MODULE, MAY_IMPORT } from '../scripts/generate/import-rule.ts';
import { readTypeScript } from './support/read-typescript.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(path.sep).join('/'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, part: name.split('/')[0] ?? name, source: readTypeScript(readFileSync(path.join(root, 'src', name), 'utf8')) }));
const shipped = sources.filter(({ name }) => !name.endsWith('.test.ts') && !name.endsWith('.contract.ts'));

describe('the import rule', () => {
  test('every part of src has a line in it', () => {
    const parts = new Set(shipped.map(({ part }) => part));
    deepEqual(
      [...parts].filter((part) => !(part in MAY_IMPORT)),
      [],
    );
  });

  test('every import goes in the allowed direction', () => {
    deepEqual(shipped.flatMap(forbiddenImports), []);
  });

  test('only the parts that do I/O import modules that do', () => {
    const io = new RegExp(IO_MODULE);
    const pure = shipped.filter(({ part }) => !DOES_IO.includes(part));
    deepEqual(
      pure.flatMap(({ name, source: { imports } }) => imports.filter((target) => io.test(target)).map((target) => `${name} imports ${target}`)),
      [],
    );
  });

  test('dialects need nothing of Node but Buffer', () => {
    const dialects = shipped.filter(({ part }) => part === 'dialects');
    deepEqual(
      dialects.flatMap(({ name, source: { imports } }) =>
        imports.filter((target) => /^node:(?!buffer$)/.test(target)).map((target) => `${name} imports ${target}`),
      ),
      [],
    );
  });
});

function forbiddenImports({ name, part, source: { imports } }: (typeof shipped)[number]): string[] {
  const allowed = MAY_IMPORT[part];
  if (allowed === undefined) return [];
  const within = imports.filter((target) => target.startsWith('.')).map((target) => path.posix.normalize(`${path.posix.dirname(name)}/${target}`));
  const isAllowed = (target: string): boolean => [part, ...allowed].some((entry) => target === entry || target.startsWith(`${entry}/`));
  return within.filter((target) => !isAllowed(target)).map((target) => `${name} imports ${target}`);
}

describe('the budgets', () => {
  test('hold without a single suppression', () => {
    const suppression = /(oxlint|eslint)-(disable|enable)|@ts-(ignore|expect-error|nocheck)|biome-ignore/;
    deepEqual(
      sources.filter(({ source: { comments } }) => comments.some((comment) => suppression.test(comment))).map(({ name }) => name),
      [],
    );
  });
});
