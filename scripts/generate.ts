import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

// Writes every file that is made from tables and schemas; `--check` only says which of them are out of date.

interface Generator {
  readonly generate: () => { readonly path: string; readonly text: string }[];
}

const root = path.join(import.meta.dirname, '..');
const generators = path.join(import.meta.dirname, 'generate');
const checking = process.argv.includes('--check');
let stale = 0;

for (const name of readdirSync(generators).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))) {
  const { generate } = (await import(path.join(generators, name))) as Generator;
  for (const file of generate()) bring(path.join(root, file.path), file.text);
}
process.exitCode = checking && stale > 0 ? 1 : 0;

function bring(file: string, text: string): void {
  if (read(file) === text) return;
  stale += 1;
  const name = path.relative(root, file);
  if (checking) return console.log(`${name} is out of date: run \`npm run generate\``);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${name}`);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
