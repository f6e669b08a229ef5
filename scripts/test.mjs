// `npm test`: everything that must hold, one line a stage. `npm test -- src/routing` runs only the tests below that folder.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildConsoleIfStale } from './build-console.mjs';
import { installServices } from './install-services.mjs';
import { prepare, prepareClients, root, runtimeEnvironment, toolPath } from './prepare.mjs';

const node = prepare();
const only = process.argv.slice(2);
const needsClients = only.length === 0 || only.some((name) => 'test/clients'.startsWith(name) || name.startsWith('test/clients'));
const clientsProblem = needsClients ? prepareClients() : undefined;
const needsConsole = only.length === 0 || only.some((name) => /^(?:console|test\/?$|test\/console)/.test(name));
const hasConsole = !needsConsole || (await buildConsoleIfStale(node));
const checks = [
  { name: 'types', args: [toolPath('tsc'), '--noEmit'] },
  { name: 'types of clients', args: [toolPath('tsc'), '--noEmit', '--project', 'test/clients'], needs: 'test/clients/node_modules' },
  { name: 'types of console', args: [toolPath('tsc'), '--noEmit', '--project', 'console'], needs: 'console/node_modules' },
  { name: 'lint', args: [toolPath('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format', args: [toolPath('oxfmt'), '--check'] },
  { name: 'generated files', args: ['scripts/generate.ts', '--check'], needs: 'scripts/generate.ts' },
];

const failed = hasConsole ? [] : ['build of the console'];
if (clientsProblem !== undefined) {
  process.stdout.write(`The official clients could not be installed, so that test/clients is left out:\n${clientsProblem}\n\n`);
  if (process.env.CI) failed.push('official clients');
}
if (only.length === 0) {
  for (const check of checks) {
    if (!(await passes(check))) failed.push(check.name);
  }
}
if (only.length === 0) installServices();
const tests = await run(['scripts/run-tests.mjs', ...only], 'inherit');
if (tests.code !== 0) failed.push('tests');
process.stdout.write(failed.length === 0 ? '\nEverything passed.\n' : `\nFailed: ${failed.join(', ')}.\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function passes({ name, args, needs }) {
  if (needs !== undefined && !existsSync(path.join(root, needs))) return true;
  const start = Date.now();
  const { code, output } = await run(args, 'pipe');
  const verdict = judge(code, output);
  process.stdout.write(`${name.padEnd(16)} ${verdict} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`);
  if (verdict === 'failed') process.stdout.write(`${output.trimEnd()}\n\n`);
  return verdict !== 'failed';
}

/** The lockfile may lack the linter's program for this kind of machine; that is no fault of the code. CI takes no such excuse. */
function judge(code, output) {
  if (code === 0) return 'ok';
  const missing = /native binding|tsgolint executable/i.test(output);
  return missing && !process.env.CI ? `skipped: no program for ${process.platform}-${process.arch}` : 'failed';
}

function run(args, stdio) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, env: runtimeEnvironment(node), stdio: ['ignore', stdio, stdio] });
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
