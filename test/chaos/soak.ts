// `npm run soak -- --minutes N`: hundreds of streams at a time over mixed faults, for half an hour unless told otherwise. Says what became of
// the gateway's memory, its connections and its timers.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask } from './client.ts';
import { answerWell, FAULTS, type Fault, type Play, type Scene } from './faults.ts';
import type { Holdings } from './gateway-process.ts';
import { startHelper } from './processes.ts';
import { CLOSED, openProvider, type RawProvider } from './provider.ts';
import { LANES, judge, type Lane } from './wall.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, streams: { type: 'string', default: '200' } } });
const MINUTES = Number(values.minutes);
const STREAMS = Number(values.streams);
/** Seconds between two looks at the gateway. */
const INTERVAL = 5;
/** The part of the time that is allowed for warming up. */
const WARM_UP = 0.25;
/** How much the memory may grow behind that, in percent. */
const TOLERANCE = 5;

/** Faults that are over soon: those that wait for a limit would leave the gateway idle. */
const LIVELY = FAULTS.filter((fault) => fault.modes.includes('stream') && fault.within <= 10_000 && fault.isLarge !== true && fault.warmUp !== true);

interface Stand {
  readonly fault: Fault;
  readonly lane: Lane;
  readonly first: RawProvider | undefined;
  readonly config: object;
}

const FINE: Play = (at) => ({ asked: (exchange) => answerWell(exchange, at) });
const sample: Holdings[] = [];
const tally = { answer: 0, error: 0, neither: 0, left: 0 };
const scene = ({ upstream }: Lane): Scene => ({ speech: upstream, mode: 'stream', scaled: (milliseconds) => milliseconds / 20, now: Date.now });

const gateway = await startHelper('gateway-process.ts');
const stands = await Promise.all(LIVELY.flatMap((fault) => LANES.map((lane) => stand(fault, lane))));
const end = performance.now() + MINUTES * 60_000;
console.log(`${STREAMS} streams at a time over ${stands.length} faults, for ${MINUTES} minutes\n`);
console.log('minute   resident       heap    buffers  sockets  timers   answers   errors');
await Promise.all([watch(), ...Array.from({ length: STREAMS }, (_, i) => client(i))]);
await sleep(2_000);
const last = await gateway.ask<Holdings>({});
process.exitCode = verdict(last) ? 0 : 1;
gateway.kill('SIGTERM');
process.exit();

/** The two targets of a fault, which stay open: the gateway keeps what it knows of them. */
async function stand(fault: Fault, lane: Lane): Promise<Stand> {
  const first = fault.first === undefined ? undefined : await openProvider({ ...fault.first(scene(lane)), forgets: true });
  const second = await openProvider({ ...(fault.second ?? FINE)(scene(lane)), forgets: true });
  const target = (url: string): object => ({ provider: lane.upstream.provider, api_key: 'k', custom_host: url });
  // A breaker would spare the gateway most of the faults.
  const config = {
    strategy: { mode: 'fallback' },
    cb_config: { failure_threshold: 1_000_000_000 },
    targets: [target(first?.url ?? CLOSED), target(second.url)],
  };
  return { fault, lane, first, config };
}

/** One client after the other, each at another stand; some leave in the middle. */
async function client(seed: number): Promise<void> {
  for (let i = seed; performance.now() < end; i += 7) {
    const { lane, config } = stands[i % stands.length] as Stand;
    const leaving = i % 11 === 0 ? AbortSignal.timeout(15) : undefined;
    const seen = await ask(gateway.url, {
      path: lane.client.path(true),
      headers: { 'x-portkey-config': JSON.stringify(config) },
      body: JSON.stringify(lane.client.body(true)),
      signal: leaving,
    });
    if (leaving?.aborted === true) tally.left++;
    else {
      const { sight, problems } = judge(seen, lane.client, 'stream');
      tally[problems.length > 0 ? 'neither' : sight]++;
    }
    // The machine that makes the load plays the providers too; streams overlap all the same.
    await sleep(20);
  }
}

async function watch(): Promise<void> {
  while (performance.now() < end) {
    await sleep(INTERVAL * 1_000);
    const held = await gateway.ask<Holdings>({});
    sample.push(held);
    if (sample.length % Math.max(1, Math.round((MINUTES * 60) / INTERVAL / 20)) === 0) print(held);
  }
}

function print({ resident, heap, buffers, sockets, timers }: Holdings): void {
  const minute = ((sample.length * INTERVAL) / 60).toFixed(1).padStart(6);
  const memory = [resident, heap, buffers].map((bytes) => mebibytes(bytes).padStart(10));
  const counts = [String(sockets).padStart(8), String(timers).padStart(7), String(tally.answer).padStart(9), String(tally.error).padStart(8)];
  console.log([minute, ...memory, ...counts].join(' '));
}

/** Whether the gateway came through. */
function verdict(last: Holdings): boolean {
  const settled = sample.slice(Math.floor(sample.length * WARM_UP));
  const half = Math.floor(settled.length / 2);
  const residents = settled.map(({ resident }) => resident);
  const growth = (100 * (median(residents.slice(half)) - median(residents.slice(0, half)))) / median(residents.slice(0, half));
  console.log(
    `\n${tally.answer} whole answers, ${tally.error} errors, ${tally.left} clients that left, ${tally.neither} that looked like something else`,
  );
  console.log(
    `memory: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} % from the first half behind the warm-up to the second, ${slope(residents)} MiB a minute`,
  );
  console.log(`at rest: ${last.sockets} sockets, ${last.timers} timers, ${mebibytes(last.heap)} of heap; unhandled rejections: ${last.rejections}`);
  const isFine = growth <= TOLERANCE && tally.neither === 0 && last.rejections === 0;
  console.log(isFine ? 'passed' : 'FAILED');
  return isFine;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** The straight line through the memory, by least squares. */
function slope(residents: readonly number[]): string {
  const middle = (residents.length - 1) / 2;
  const mean = residents.reduce((sum, value) => sum + value, 0) / residents.length;
  const over = residents.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
  const under = residents.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return ((over / under / 2 ** 20) * (60 / INTERVAL)).toFixed(2);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
