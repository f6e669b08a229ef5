import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Job, LoadResult } from './load.ts';
import { CORES, cpuTime, machineTime, message, start, stop } from './processes.ts';
import { MAX_OTHERS, summarise, writeReport, type Run, type Startup } from './report.ts';
import { requestBody, SCENARIOS, type Scenario } from './scenarios.ts';
import { PORTS, TARGETS, type Launch, type Target } from './targets.ts';

const USAGE = `npm run bench -- [options]

  --quick             one short repetition, printed only
  --repetitions N     how often everything is measured (5)
  --scenarios a,b     of ${SCENARIOS.map(({ id }) => id).join(', ')}, startup
  --targets a,b       of ${TARGETS.map(({ id }) => id).join(', ')}

A full run writes docs/benchmarks.md and docs/benchmarks.svg.
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    repetitions: { type: 'string' },
    scenarios: { type: 'string' },
    targets: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const timing = values.quick ? { warmUpMs: 800, measureMs: 1200 } : { warmUpMs: 2000, measureMs: 4000 };
const repetitions = Number(values.repetitions ?? (values.quick ? 1 : 5));
const isChosen = (list: string | undefined, id: string): boolean => list === undefined || list.split(',').includes(id);
refuseUnknown(values.scenarios, [...SCENARIOS.map(({ id }) => id), 'startup']);
refuseUnknown(
  values.targets,
  TARGETS.map(({ id }) => id),
);

function refuseUnknown(list: string | undefined, known: readonly string[]): void {
  const unknown = list?.split(',').find((id) => !known.includes(id));
  if (unknown === undefined) return;
  process.stderr.write(`There is no ${unknown}: choose from ${known.join(', ')}\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const scenarios = SCENARIOS.filter(({ id }) => isChosen(values.scenarios, id));
  const { ready, absent } = prepareTargets();
  const upstream = start({
    command: [process.execPath, path.join(import.meta.dirname, 'upstream.ts'), String(PORTS.upstream)],
    core: CORES.upstream,
    talks: true,
  });
  const load = start({ command: [process.execPath, path.join(import.meta.dirname, 'load.ts')], core: CORES.load, talks: true });
  await Promise.all([message(upstream), message(load)]);

  const runs: Run[] = [];
  const startups: Startup[] = [];
  for (let round = 1; round <= repetitions; round += 1) {
    // Every other round goes backwards, so that a machine that slows down favours nobody.
    for (const one of round % 2 === 1 ? ready : ready.toReversed()) {
      const seen = await visit(one, scenarios, { load, upstream });
      runs.push(...seen.runs);
      startups.push(...seen.startups);
      for (const run of seen.runs)
        process.stderr.write(`${round}/${repetitions}  ${run.scenario.padEnd(14)} ${run.target.padEnd(8)} ${describeRun(run)}\n`);
    }
  }
  await Promise.all([stop(upstream), stop(load)]);

  const versions = ready.flatMap(({ target, launch }) => (launch === undefined ? [] : [`${target.name} ${launch.version}`]));
  const summary = summarise(runs, startups);
  const isComplete = !values.quick && values.scenarios === undefined && values.targets === undefined;
  writeReport(summary, { versions, absent, repetitions, write: isComplete });
}

interface ReadyTarget {
  readonly target: Target;
  readonly launch: Launch | undefined;
}

function prepareTargets(): { readonly ready: readonly ReadyTarget[]; readonly absent: readonly string[] } {
  const ready: ReadyTarget[] = [];
  const absent: string[] = [];
  for (const target of TARGETS.filter(({ id }) => isChosen(values.targets, id))) {
    const launch = target.prepare?.();
    if (typeof launch === 'string') absent.push(`${target.name}: ${launch}`);
    else ready.push({ target, launch });
  }
  return { ready, absent };
}

/** The processes around what is measured. */
interface Bench {
  readonly load: ChildProcess;
  readonly upstream: ChildProcess;
}

/** Starts a target, measures it in every scenario, and stops it. */
async function visit(
  { target, launch }: ReadyTarget,
  scenarios: readonly Scenario[],
  bench: Bench,
): Promise<{ readonly runs: readonly Run[]; readonly startups: readonly Startup[] }> {
  const gateway = launch === undefined ? undefined : start({ ...launch, core: CORES.gateway });
  const milliseconds = await untilReady(target);
  const runs: Run[] = [];
  for (const scenario of scenarios.filter(({ upstream }) => target.apis.includes(upstream))) {
    runs.push(await measure({ target, scenario, bench, pid: gateway?.pid }));
  }
  if (gateway !== undefined) await stop(gateway);
  const isTimed = gateway !== undefined && isChosen(values.scenarios, 'startup');
  return { runs, startups: isTimed ? [{ target: target.id, milliseconds }] : [] };
}

/** Milliseconds until a target answers its first call. */
async function untilReady(target: Target): Promise<number> {
  const scenario = SCENARIOS[0] as Scenario;
  const began = performance.now();
  while (performance.now() - began < 20_000) {
    if ((await callOnce(target, scenario)) === 200) return performance.now() - began;
    await pause(2);
  }
  throw new Error(`${target.name} did not answer within 20 seconds`);
}

function callOnce(target: Target, scenario: Scenario): Promise<number> {
  const { port, headers, body, path: route } = jobFor(target, scenario);
  const given = Object.fromEntries(headers.map((line) => line.split(/: (.*)/s).slice(0, 2)) as [string, string][]);
  return new Promise((resolve) => {
    const call = request({
      port,
      host: '127.0.0.1',
      path: route,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench', ...given },
      agent: false,
    });
    call.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)));
    call.on('error', () => resolve(0));
    call.end(body);
  });
}

function jobFor(target: Target, scenario: Scenario): Job {
  return {
    port: target.prepare === undefined ? PORTS.upstream : PORTS.gateway,
    path: '/v1/chat/completions',
    headers: target.headers(scenario.upstream),
    body: requestBody(scenario),
    connections: scenario.connections,
    rate: scenario.rate,
    minEvents: scenario.events ?? 0,
    ...timing,
  };
}

interface Measurement {
  readonly target: Target;
  readonly scenario: Scenario;
  readonly bench: Bench;
  readonly pid: number | undefined;
}

/** How often a measurement is made until other programs do not disturb it. */
const MAX_TRIES = 3;

async function measure(measurement: Measurement): Promise<Run> {
  let best: Run | undefined;
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    await quietMachine();
    const run = await measureOnce(measurement);
    if (best === undefined || run.others < best.others) best = run;
    if (best.others <= MAX_OTHERS) break;
  }
  return best as Run;
}

/** Waits, for ten seconds at most, until other programs leave the machine alone. Nothing of the benchmark runs meanwhile. */
async function quietMachine(): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 500) {
    const before = machineTime() ?? 0;
    await pause(500);
    if ((machineTime() ?? 0) - before < MAX_OTHERS * 500_000 * availableParallelism()) return;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

async function measureOnce({ target, scenario, bench: { load, upstream }, pid }: Measurement): Promise<Run> {
  const cpu = (): number | undefined => (pid === undefined ? undefined : cpuTime(pid));
  const all = (): number => (machineTime() ?? 0) - (cpu() ?? 0) - (cpuTime(upstream.pid as number) ?? 0);
  load.send(jobFor(target, scenario));
  await message(load);
  const before = { cpu: cpu(), all: all() };
  const { result } = (await message(load)) as { result: LoadResult };
  const after = { cpu: cpu(), all: all() };
  const used = before.cpu === undefined || after.cpu === undefined ? undefined : after.cpu - before.cpu;
  const others = Math.max(0, after.all - before.all - result.ownCpu) / (result.seconds * 1e6 * availableParallelism());
  return { target: target.id, scenario: scenario.id, result, cpu: used, others };
}

function describeRun({ result, cpu, others }: Run): string {
  const rate = result.requests / result.seconds;
  const cost =
    cpu === undefined
      ? ''
      : `${(cpu / result.requests).toFixed(1).padStart(8)} µs CPU/request  ${(cpu / 1e4 / result.seconds).toFixed(0).padStart(3)} % of its core`;
  const errors = result.errors === 0 ? '' : `  ${result.errors} ERRORS (${result.lastError ?? ''})`;
  const noise = others > MAX_OTHERS ? `  (${Math.round(others * 100)} % taken by other programs)` : '';
  return `${rate.toFixed(0).padStart(6)}/s ${cost}  first byte ${(result.firstByte.p50 / 1000).toFixed(2)} ms${noise}${errors}`;
}

if (values.help) process.stdout.write(USAGE);
else await main();
