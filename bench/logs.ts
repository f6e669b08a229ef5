// How fast a log of a million calls answers, as multiples of a plain query by an index. `node bench/logs.ts [calls] [file to keep]`
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogFilter, LogStore } from '../src/logs/log-store.ts';
import type { LogItem, LogRecord } from '../src/logs/record.ts';
import { prepareSchema } from '../src/stores/log/schema.ts';
import { openSqliteLog } from '../src/stores/log/sqlite.ts';
import { SqlLogStore } from '../src/stores/log/sql-store.ts';

const CALLS = Number(process.argv[2] ?? 1_000_000);
const kept = process.argv[3];
const folder = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
const file = kept ?? path.join(folder, 'logs.sqlite');
const DAY = 24 * 3_600_000;
const PERIOD = 7 * DAY;
const END = Date.now();
const BATCH = 512;

const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-5', 'claude-haiku-4-5', 'gemini-2.5-flash', 'gemini-2.5-pro', 'command-r', 'mistral-large'];
const WORDS =
  'refund invoice shipping address customer order weather summary translate meeting schedule database query function error deploy budget report holiday recipe'.split(
    ' ',
  );

/** The same calls in every run. */
let seed = 42;
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}

function pick<Item>(items: readonly Item[]): Item {
  return items[Math.floor(random() ** 2 * items.length)] as Item;
}

function hex(): string {
  return Array.from({ length: 4 }, () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
}

function call(index: number): LogItem {
  const id = hex();
  const at = Math.floor(END - PERIOD + (PERIOD * index) / CALLS);
  const model = pick(MODELS);
  const hasFailed = random() < 0.03;
  const ms = Math.round(200 * Math.exp(random() * 4));
  const text = Array.from({ length: 30 }, () => pick(WORDS)).join(' ');
  const request = Buffer.from(
    JSON.stringify({ model, messages: [{ role: 'user', content: `${text} ${index === Math.floor(CALLS / 2) ? 'needle' : ''} ${hex()}` }] }),
  );
  const response = Buffer.from(JSON.stringify({ id, model, choices: [{ message: { role: 'assistant', content: text } }] }));
  const record: LogRecord = {
    id,
    at,
    traceId: index % 5 === 0 ? `trace-${Math.floor(index / 50)}` : id,
    sessionId: index % 3 === 0 ? `session-${Math.floor(index / 30)}` : undefined,
    method: 'POST',
    path: '/v1/chat/completions',
    status: hasFailed ? pick([429, 500, 503]) : 200,
    ending: hasFailed ? 'failed' : 'whole',
    isStream: random() < 0.5,
    errorClass: hasFailed ? pick(['rate_limit', 'server', 'overloaded']) : undefined,
    provider: model.split('-')[0],
    model,
    requestedModel: model,
    target: 'config',
    keyId: `key-${Math.floor(random() * 40)}`,
    keyName: 'a key',
    workspace: pick(['default', 'research', 'support']),
    configId: pick(['pc-main', 'pc-cheap', 'pc-trial']),
    configVersion: 1,
    ms,
    firstMs: ms / 3,
    attempts: [{ target: 'config', provider: 'openai', startedAt: at, ms: ms / 3, status: 200, bytes: 1000 }],
    cacheStatus: random() < 0.2 ? 'HIT' : 'MISS',
    usage: { input: Math.floor(random() * 4000), output: Math.floor(random() * 800) },
    cost: random() / 100,
    costParts: { input: 0.001, output: 0.002 },
    metadata: { _user: `user-${Math.floor(random() * 5000)}`, environment: pick(['production', 'staging']) },
    requestHeaders: { 'content-type': 'application/json', 'user-agent': 'bench' },
    request: { kind: 'bytes', size: request.length, isCut: false },
    response: { kind: 'bytes', size: response.length, isCut: false },
  };
  return { record, request, response };
}

async function fill(store: LogStore): Promise<void> {
  const start = performance.now();
  for (let from = 0; from < CALLS; from += BATCH) {
    await store.insert(Array.from({ length: Math.min(BATCH, CALLS - from) }, (_, i) => call(from + i)));
    if (from % (BATCH * 200) === 0) process.stderr.write(`${from} of ${CALLS}\r`);
  }
  const seconds = (performance.now() - start) / 1000;
  print(
    `Written: ${CALLS} calls in ${seconds.toFixed(0)} s, ${Math.round((seconds / CALLS) * 1e6)} µs each; ${Math.round(statSync(file).size / 2 ** 20)} MB`,
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Milliseconds of the median of five runs, the first left out. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((one, other) => one - other)[2] as number;
}

async function measure(store: LogStore, plain: number): Promise<void> {
  const from = END - PERIOD;
  const filter = (more: LogFilter): LogFilter => ({ from, to: END, ...more });
  const list = (more: LogFilter) => (): Promise<unknown> => store.list({ filter: filter(more), limit: 50 });
  const middle = String(Math.floor(END - PERIOD / 2) * 2048);
  const questions: readonly (readonly [name: string, most: number, run: () => Promise<unknown>])[] = [
    ['first page', 100, list({})],
    ['a page in the middle', 100, () => store.list({ filter: filter({}), limit: 50, cursor: middle })],
    ['model', 300, list({ dimensions: { model: ['command-r'] } })],
    ['status 429', 300, list({ status: [[429, 429]] })],
    ['failed', 300, list({ failed: true })],
    ['key and model and status 5xx', 300, list({ dimensions: { api_key: ['key-7'], model: ['mistral-large'] }, status: [[500, 599]] })],
    ['what no call has', 300, list({ dimensions: { model: ['gpt-4o'] }, status: [[404, 404]] })],
    ['dear calls', 300, list({ cost: { min: 0.009_999 } })],
    ['slow calls', 300, list({ ms: { min: 10_915 } })],
    ['a member of the metadata', 300, list({ metadata: { _user: 'user-4321' } })],
    ['a trace', 300, list({ traceId: 'trace-5000' })],
    ['count of all', 300, () => store.count({ filter: filter({}) })],
    ['count with a filter', 300, () => store.count({ filter: filter({ dimensions: { model: ['gpt-4o'] }, failed: true }) })],
    ['overview: summary', 500, () => store.summary({ filter: filter({}) })],
    ['overview: series by hours', 500, () => store.series({ filter: filter({}), step: 3_600_000 })],
    ['overview: by model', 500, () => store.groups({ filter: filter({}), by: 'model', limit: 20 })],
    [
      'overview: by key, of one workspace',
      500,
      () => store.groups({ filter: filter({ dimensions: { workspace: ['support'] } }), by: 'api_key', limit: 20 }),
    ],
    ['one day by 5 minutes', 500, () => store.series({ filter: { from: END - DAY, to: END }, step: 300_000 })],
    ['search: a rare word', 1000, list({ search: 'needle' })],
    ['search: frequent words', 1000, list({ search: 'refund invoice' })],
    ['search: a word that goes on', 1000, list({ search: 'sched*' })],
    ['search with filters', 1000, list({ search: 'refund', dimensions: { model: ['mistral-large'] }, failed: true })],
  ];
  print(`\n| question | ms | × a plain query | at most |\n|---|--:|--:|--:|`);
  for (const [name, most, run] of questions) {
    const ms = await timed(run);
    print(`| ${name} | ${ms.toFixed(1)} | ${(ms / plain).toFixed(1)} | ${most}${ms > most ? ' **missed**' : ''} |`);
  }
}

const database = openSqliteLog({ path: file, isReadOnly: true });
await prepareSchema(database);
const store = new SqlLogStore(database);
if ((await store.count({ filter: {} })) < CALLS) await fill(store);
const start = (END - PERIOD / 2) * 2048;
const plain = await timed(() => database.all('SELECT entry FROM log_entry WHERE key >= ? ORDER BY key LIMIT 50', [start]));
print(`Plain query: 50 entries by the primary key, ${plain.toFixed(2)} ms`);
await measure(store, plain);
await store.close();
rmSync(folder, { recursive: true, force: true });
