// Runs the tests on Node's own runner and prints what a reader needs: failures in full, what was skipped and why, the totals.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';

const chosen = process.argv.slice(2);
const everything = ['src/**/*.test.ts', 'console/src/**/*.test.ts', 'test/**/*.test.ts'];
const patterns = chosen.length === 0 ? everything : chosen.map((name) => (name.endsWith('.ts') ? name : `${name}/**/*.test.ts`));
const withoutClients = existsSync('test/clients/node_modules') ? [] : ['test/clients'];
// The wall of faults keeps limits in time, which a busy machine misses: where all is run, it is run by itself, behind the rest.
const isWhole = chosen.length === 0;
const files = globSync(patterns, { exclude: ['**/node_modules', ...withoutClients, ...(isWhole ? ['test/chaos'] : [])] });
const stages = isWhole ? [files, globSync('test/chaos/**/*.test.ts')] : [files];
const live = process.stdout.isTTY && !process.env.CI;

const titles = [];
const skipped = new Map();
const printed = new Map();
let passed = 0;

const services = await startServices();
const summaries = [];
for (const stage of stages) summaries.push(await runStage(stage));
for (const service of services) await service.dispose();
finish(summaries);

/** One Redis and one Postgres for all files that ask for them; a file that is run by itself starts its own. */
async function startServices() {
  if (!files.some((file) => readFileSync(file, 'utf8').includes('support/services.ts'))) return [];
  const { startPostgres, startRedis, withoutPostgres, withoutRedis } = await import('../test/support/services.ts');
  const started = [];
  if (withoutRedis === undefined) started.push(await shared('TEST_REDIS_URL', startRedis));
  if (withoutPostgres === undefined) started.push(await shared('TEST_DATABASE_URL', startPostgres));
  return started.filter((service) => service !== undefined);
}

/** The files' processes find it in their environment. Where it is there already someone else runs it. */
async function shared(name, start) {
  if (process.env[name] !== undefined) return undefined;
  const service = await start();
  process.env[name] = service.url;
  return service;
}

/** Runs some files and gives the runner's summary. */
function runStage(stage) {
  const stream = run({ files: stage, concurrency: Math.max(2, availableParallelism()), timeout: 120_000 });
  stream.on('test:start', ({ name, nesting }) => titles.splice(nesting, titles.length, name));
  stream.on('test:pass', (test) => {
    if (test.skip !== undefined && test.skip !== false) note(test);
    else passed += 1;
    if (live) process.stdout.write(`\rtests            ${passed} passed `);
  });
  stream.on('test:fail', tellFailure);
  stream.on('test:stdout', keep);
  stream.on('test:stderr', keep);
  stream.resume();
  return new Promise((resolve) => stream.on('test:summary', (summary) => summary.file === undefined && resolve(summary)));
}

function tellFailure(test) {
  // A suite that fails because of its tests has nothing to add to them.
  if (test.details.error.failureType === 'subtestsFailed') return;
  process.stdout.write(`\n✖ ${titleOf(test)}\n  ${place(test)}\n${indented(textOf(test.details.error.cause ?? test.details.error))}\n`);
  const output = printed.get(test.file);
  if (output !== undefined) process.stdout.write(`  It printed:\n${indented(output.trimEnd())}\n`);
}

function keep({ file, message }) {
  printed.set(file, (printed.get(file) ?? '') + message);
}

function note(test) {
  const reason = typeof test.skip === 'string' && test.skip !== '' ? test.skip : 'no reason given';
  skipped.set(reason, [...(skipped.get(reason) ?? []), titleOf(test)]);
}

function titleOf({ name, nesting }) {
  return [...titles.slice(0, nesting), name].join(' › ');
}

function place({ file, line }) {
  return file === undefined ? '' : `${path.relative(process.cwd(), file)}${line === undefined ? '' : `:${line}`}`;
}

/** The error without the runner's own frames. */
function textOf(error) {
  const text = typeof error === 'string' ? error : (error.stack ?? inspect(error));
  return text.replace(/^ +at .*node:(internal|async_hooks).*\n?/gm, '').trimEnd();
}

function indented(text) {
  return text.replace(/^/gm, '  ');
}

function finish(results) {
  const sum = (read) => results.reduce((total, result) => total + read(result), 0);
  const success = results.every((result) => result.success);
  const duration = sum((result) => result.duration_ms);
  const count = (name) => sum(({ counts }) => counts[name]);
  if (live) process.stdout.write('\r');
  process.stdout.write(`tests            ${success ? 'ok' : 'failed'} (${(duration / 1000).toFixed(1)} s)      \n`);
  for (const [reason, names] of skipped) {
    process.stdout.write(`\nSkipped, ${reason}:\n${names.map((name) => `  ${name}\n`).join('')}`);
  }
  const totals = { tests: count('tests'), suites: count('suites'), pass: count('passed'), fail: count('failed'), cancelled: count('cancelled') };
  const lines = Object.entries({ ...totals, skipped: count('skipped'), todo: count('todo'), duration_ms: Math.round(duration) });
  process.stdout.write(`\n${lines.map(([name, value]) => `# ${name} ${value}\n`).join('')}`);
  process.exitCode = success && count('tests') > 0 ? 0 : 1;
}
