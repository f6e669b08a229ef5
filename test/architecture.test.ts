import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DOES_IO, IO_MODULE, MAY_IMPORT, PURE_NET } from '../scripts/generate/import-rule.ts';
import { readTypeScript } from './support/read-typescript.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(path.sep).join('/'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, part: name.split('/')[0] ?? name, text: readTypeScript(readFileSync(path.join(root, 'src', name), 'utf8')) }));
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
    const addressesOnly = new RegExp(`^\\{ (${PURE_NET.join('|')}|, )+ \\}$`);
    const isPure = ({ from, names }: Import): boolean => (from === 'node:net' ? addressesOnly.test(names) : !io.test(from));
    deepEqual(
      shipped.filter(({ part }) => !DOES_IO.includes(part)).flatMap((source) => importsOf(source, (taken) => !isPure(taken))),
      [],
    );
  });

  test('dialects need nothing of Node', () => {
    deepEqual(
      shipped.filter(({ part }) => part === 'dialects').flatMap((source) => importsOf(source, ({ from }) => /^node:(?!buffer$)/.test(from))),
      [],
    );
  });
});

type Source = (typeof sources)[number];
type Import = Source['text']['imports'][number];

function importsOf({ name, text }: Source, isWanted: (taken: Import) => boolean): string[] {
  return text.imports.filter(isWanted).map(({ from }) => `${name} imports ${from}`);
}

function forbiddenImports(source: Source): string[] {
  const { name, part } = source;
  const allowed = [part, ...(MAY_IMPORT[part] ?? [])];
  return importsOf(source, ({ from }) => {
    const target = path.posix.join(path.posix.dirname(name), from);
    return from.startsWith('.') && !allowed.some((entry) => target === entry || target.startsWith(`${entry}/`));
  });
}

describe('the budgets', () => {
  test('hold without a single suppression', () => {
    const suppression = /(oxlint|eslint)-(disable|enable)|@ts-(ignore|expect-error|nocheck)|biome-ignore/;
    deepEqual(
      sources.filter(({ text }) => text.comments.some((comment) => suppression.test(comment))).map(({ name }) => name),
      [],
    );
  });
});
