// npm run mutants [words]: takes away each default in a copy of the sources and shows that a test notices.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MUTANTS, type Mutant } from './mutants.ts';

const root = path.resolve(import.meta.dirname, '../..');
// Inside of the project, so that packages are found.
const copy = path.join(root, '.cache', 'mutants');

const words = process.argv.slice(2).join(' ');
const chosen = MUTANTS.filter(({ promise, file }) => `${promise} ${file}`.includes(words));
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy, { recursive: true });
for (const name of ['src', 'test', 'package.json', 'tsconfig.json', 'README.md', 'docs'])
  cpSync(path.join(root, name), path.join(copy, name), { recursive: true, filter: (source) => !source.includes('node_modules') });

const survivors: string[] = [];
const sound = [...new Set(chosen.flatMap(({ tests }) => tests))].toSorted();
if (!(await passes(sound))) {
  process.stderr.write('The tests do not pass as they are.\n');
  process.exit(1);
}
for (const mutant of chosen) {
  const isNoticed = !(await passes(mutant.tests, mutant));
  process.stdout.write(`${isNoticed ? '✔ noticed ' : '✖ SURVIVES'}  ${mutant.promise}\n`);
  if (!isNoticed) survivors.push(mutant.promise);
}
process.stdout.write(`\n${chosen.length - survivors.length} of ${chosen.length} defaults are held by a test.\n`);
rmSync(copy, { recursive: true, force: true });
process.exitCode = survivors.length === 0 ? 0 : 1;

/** Whether the tests pass in the copy, with a default taken away. */
async function passes(tests: readonly string[], mutant?: Mutant): Promise<boolean> {
  const file = mutant === undefined ? undefined : path.join(copy, mutant.file);
  const before = file === undefined ? '' : readFileSync(file, 'utf8');
  if (file !== undefined)
    writeFileSync(
      file,
      before.replace(mutant?.find ?? '', () => mutant?.replace ?? ''),
    );
  try {
    // A test that never ends has noticed too.
    const run = spawn(process.execPath, ['--test', '--test-timeout=20000', ...tests], {
      cwd: copy,
      stdio: 'ignore',
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    return await new Promise((resolve) => run.on('close', (code) => resolve(code === 0)));
  } finally {
    if (file !== undefined) writeFileSync(file, before);
  }
}
