// What an answer from the cache costs beside one from a provider that answers at once: CPU time of the gateway, and time to the last byte.
// The request log, whose work is the same for both, is off. Run: `node bench/cache.ts [entry of the gateway, else src/cli.ts]`
import path from 'node:path';
import type { Job, LoadResult } from './load.ts';
import { CORES, cpuTime, message, start, stop } from './processes.ts';

const PORTS = { upstream: 18_720, gateway: 18_721 };
const entry = process.argv[2] ?? path.join(import.meta.dirname, '..', 'src', 'cli.ts');
const CONFIG = {
  provider: 'openai',
  api_key: 'sk-bench',
  custom_host: `http://127.0.0.1:${PORTS.upstream}/v1`,
  cache: { mode: 'simple', max_age: 3600 },
};
const MESSAGES = [
  { role: 'system', content: 'You answer questions about invoices, briefly and kindly. '.repeat(10) },
  { role: 'user', content: 'Why does the export fail twice for invoice 4711?' },
];

const upstream = start({
  command: [process.execPath, path.join(import.meta.dirname, 'upstream.ts'), String(PORTS.upstream)],
  core: CORES.upstream,
  talks: true,
});
const load = start({ command: [process.execPath, path.join(import.meta.dirname, 'load.ts')], core: CORES.load, talks: true });
const env = {
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: String(PORTS.gateway),
  TRUSTED_CUSTOM_HOSTS: '127.0.0.1',
  SLUICE_DATA: 'memory',
  LOG_REQUESTS: '0',
};
const gateway = start({ command: [process.execPath, entry, 'start'], core: CORES.gateway, env });
await Promise.all([message(upstream), message(load)]);
await untilReady();

console.log('| answer | | CPU µs a call | p50 ms | p99 ms |');
console.log('|---|---|---|---|---|');
for (const [shape, events] of [
  ['whole', 0],
  ['50 events', 50],
] as const) {
  const miss = await measure(events, ['x-portkey-cache-force-refresh: true']);
  const hit = await measure(events, []);
  console.log(row(shape, 'made', miss));
  console.log(row(shape, 'from the cache', hit));
  console.log(`| ${shape} | ratio | ${(hit.cpu / miss.cpu).toFixed(2)} | ${(hit.p50 / miss.p50).toFixed(2)} | |`);
}
await Promise.all([stop(upstream), stop(load), stop(gateway)]);

interface Measured {
  /** Microseconds of the gateway's CPU for a call. */
  readonly cpu: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

async function measure(events: number, headers: readonly string[]): Promise<Measured> {
  const job: Job = {
    port: PORTS.gateway,
    path: '/v1/chat/completions',
    headers: [`x-portkey-config: ${JSON.stringify(CONFIG)}`, ...headers],
    body: JSON.stringify({ model: `bench-${events}-0`, messages: MESSAGES, stream: events > 0 }),
    connections: 1,
    minEvents: events,
    warmUpMs: 2000,
    measureMs: 5000,
  };
  load.send(job);
  await message(load);
  const before = cpuTime(gateway.pid as number) ?? Number.NaN;
  const { result } = (await message(load)) as { result: LoadResult };
  const cpu = (cpuTime(gateway.pid as number) ?? Number.NaN) - before;
  if (result.errors > 0) throw new Error(`${result.errors} calls failed: ${result.lastError}`);
  return { cpu: cpu / result.requests, p50: result.total.p50 / 1000, p99: result.total.p99 / 1000 };
}

function row(shape: string, what: string, { cpu, p50, p99 }: Measured): string {
  return `| ${shape} | ${what} | ${cpu.toFixed(0)} | ${p50.toFixed(3)} | ${p99.toFixed(3)} |`;
}

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`http://127.0.0.1:${PORTS.gateway}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the gateway did not start');
}
