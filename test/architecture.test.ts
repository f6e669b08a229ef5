import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '../src/errors.ts';
import { PROVIDER_IDS } from '../src/providers/index.ts';
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

/** Words that are a provider's id and mean something else: what they mean, and where. */
const OTHER_MEANINGS: readonly { readonly id: string; readonly part: string; readonly meaning: string }[] = [
  { id: 'mock', part: 'transport', meaning: 'the provider that the gateway itself plays' },
  { id: 'mock', part: 'server', meaning: 'the provider that the gateway itself plays, in examples' },
  { id: 'google', part: 'attempt', meaning: 'a way to prove identity' },
  { id: 'google', part: 'config', meaning: "a cloud's metadata host, refused as a custom host" },
  { id: 'google', part: 'dialects', meaning: 'a member of a wire format' },
  { id: 'oracle', part: 'transport', meaning: 'the beginning of the options that say who signs' },
  { id: 'vertex-ai', part: 'dialects', meaning: "a folder of Google's documentation" },
  { id: 'writer', part: 'server', meaning: 'one who writes' },
];

describe('shared code', () => {
  const shared = shipped.filter(({ part }) => part !== 'providers');
  const dialectWords = new Set(shipped.filter(({ part }) => part === 'dialects').flatMap(({ name }) => name.split('/')[1]?.split('-') ?? []));
  const named = shared.flatMap(({ name, part, text }) =>
    PROVIDER_IDS.filter((id) => text.keys.includes(id) || text.literals.some((literal) => names(literal, id))).map((id) => ({ name, part, id })),
  );

  /** `openai-chat` names a dialect, `openai` a provider; an id that is no word of a dialect's name counts wherever it stands. */
  function names(literal: string, id: string): boolean {
    return dialectWords.has(id) ? literal === id : new RegExp(`(?<![a-z0-9])${id}(?![a-z0-9])`).test(literal);
  }

  test('names no provider', () => {
    const isExcused = (found: (typeof named)[number]): boolean => OTHER_MEANINGS.some(({ id, part }) => id === found.id && part === found.part);
    deepEqual(
      named.filter((found) => !isExcused(found)).map(({ name, id }) => `${name} names ${id}`),
      [],
    );
  });

  test('has every other meaning that is excused', () => {
    deepEqual(
      OTHER_MEANINGS.filter(({ id, part }) => !named.some((found) => found.id === id && found.part === part)),
      [],
    );
  });
});

describe('the budgets', () => {
  test('hold without a single suppression', () => {
    const suppression = /(oxlint|eslint)-(disable|enable)|@ts-(ignore|expect-error|nocheck)|biome-ignore/;
    deepEqual(
      sources.filter(({ text }) => text.comments.some((comment) => suppression.test(comment))).map(({ name }) => name),
      [],
    );
  });
});

describe('the reference of errors', () => {
  test('has every error of the table, in its order, and no other', () => {
    const rows = readFileSync(path.join(root, 'docs', 'errors.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\d{3}) \| `(\w+)` \| [^|]+ \| (.+) \|$/gm);
    deepEqual(
      [...rows].map(([, code, status, type, title]) => ({ code, status: Number(status), type, title })),
      Object.entries(ERRORS).map(([code, { status, type, title }]) => ({ code, status, type, title })),
    );
  });
});

describe('the reference of headers', () => {
  test('has every header that the gateway reads or writes', () => {
    const page = readFileSync(path.join(root, 'docs', 'headers.md'), 'utf8');
    const named = shipped
      .flatMap(({ text }) => text.literals.flatMap((literal) => literal.match(/\bx-(?:sluice|portkey)-[a-z][a-z-]*[a-z]\b/g) ?? []))
      .map((name) => name.replace(/^x-sluice-/, 'x-portkey-'));
    const described = new Set([...page.matchAll(/`x-(?:sluice|portkey)-([a-z-]+)`/g)].map(([, name]) => `x-portkey-${name}`));
    deepEqual(
      [...new Set(named)].filter((name) => !described.has(name)),
      [],
    );
  });
});
