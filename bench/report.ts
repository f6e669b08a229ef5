import { writeFileSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';
import path from 'node:path';
import { chart } from './chart.ts';
import type { LoadResult } from './load.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { TARGETS } from './targets.ts';

/** One measurement. */
export interface Run {
  readonly target: string;
  readonly scenario: string;
  readonly result: LoadResult;
  /** CPU time in microseconds that the target used meanwhile. */
  readonly cpu: number | undefined;
  /** Share of the machine's CPU time that programs outside the benchmark took. */
  readonly others: number;
}

/** Time from the start of a target's process to its first answer. */
export interface Startup {
  readonly target: string;
  readonly milliseconds: number;
}

/** The medians of a target in a scenario. */
export interface Row {
  readonly target: string;
  readonly scenario: Scenario;
  /** Microseconds a request. */
  readonly cpu: number | undefined;
  readonly perSecond: number;
  /** Milliseconds to the first byte of the answer's body. */
  readonly first: number;
  readonly first99: number;
  readonly errors: number;
  /** Other programs had more than their share in every run. */
  readonly disturbed: boolean;
}

export interface Summary {
  readonly rows: readonly Row[];
  readonly startups: readonly Startup[];
}

/** Boils runs down to medians. */
export function summarise(runs: readonly Run[], startups: readonly Startup[]): Summary {
  const rows = SCENARIOS.flatMap((scenario) =>
    TARGETS.flatMap(({ id }) => {
      const own = runs.filter((run) => run.scenario === scenario.id && run.target === id);
      return own.length === 0 ? [] : [rowOf(id, scenario, undisturbed(own))];
    }),
  );
  const medians = TARGETS.flatMap(({ id }) => {
    const own = startups.filter(({ target }) => target === id).map(({ milliseconds }) => milliseconds);
    return own.length === 0 ? [] : [{ target: id, milliseconds: median(own) }];
  });
  return { rows, startups: medians };
}

/** Share of the machine that other programs may have had without a run being left out. */
export const MAX_OTHERS = 0.1;

/** The runs that had the machine to themselves; where there is none, the one that came closest. */
function undisturbed(runs: readonly Run[]): readonly Run[] {
  const quiet = runs.filter(({ others }) => others <= MAX_OTHERS);
  return quiet.length > 0 ? quiet : runs.toSorted((a, b) => a.others - b.others).slice(0, 1);
}

function rowOf(target: string, scenario: Scenario, runs: readonly Run[]): Row {
  const costs = runs.flatMap(({ cpu, result }) => (cpu === undefined ? [] : [cpu / result.requests]));
  return {
    target,
    scenario,
    cpu: costs.length === 0 ? undefined : median(costs),
    perSecond: median(runs.map(({ result }) => result.requests / result.seconds)),
    first: median(runs.map(({ result }) => result.firstByte.p50)) / 1000,
    first99: median(runs.map(({ result }) => result.firstByte.p99)) / 1000,
    errors: runs.reduce((sum, { result }) => sum + result.errors, 0),
    disturbed: runs.some(({ others }) => others > MAX_OTHERS),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

interface ReportOptions {
  /** Name and version of what was measured. */
  readonly versions: readonly string[];
  /** What could not be measured, and why. */
  readonly absent: readonly string[];
  readonly repetitions: number;
  readonly write: boolean;
}

/** Prints the tables; a complete run is also written to the docs, with its chart. */
export function writeReport(summary: Summary, options: ReportOptions): void {
  const tables = tablesOf(summary);
  process.stdout.write(`\n${tables}\n${options.absent.map((line) => `Not measured: ${line}\n`).join('')}`);
  if (!options.write) return;
  const docs = path.join(import.meta.dirname, '..', 'docs');
  writeFileSync(path.join(docs, 'benchmarks.md'), page(tables, options));
  writeFileSync(path.join(docs, 'benchmarks.svg'), chart(summary));
  process.stdout.write('\nWrote docs/benchmarks.md and docs/benchmarks.svg\n');
}

function page(tables: string, { versions, absent, repetitions }: ReportOptions): string {
  const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${platform()} ${release()} ${arch()}`;
  return `# Benchmarks

What a call costs, side by side on one machine: \`npm run bench\` measures it on yours and writes this page.

![CPU time per request of nginx, Sluice and Portkey](benchmarks.svg)

${tables}
## How it is measured

* ${versions.join(', ')}; the gateways run on Node ${process.versions.node}. Machine: ${machine}. ${new Date().toISOString().slice(0, 10)}.
* The gateway has a core to itself; a provider that costs next to nothing and the load generator have others, or share the second one where there are only
  two. nginx is there as the floor: a reverse proxy that passes bytes and knows nothing of models.
* Every target is started afresh, warmed up and measured in each of ${repetitions} rounds; the figures are medians. Rounds run forwards and backwards in turn.
* CPU is the time that the kernel accounts to the target's processes, divided by the requests that were answered; what a core carries is one second divided by
  that. The requests that were measured fall short of it where the generator and the provider, on the same machine, are the limit: the row *direct* shows theirs.
* A measurement during which other programs took more than a tenth of the machine is repeated, up to twice,
  and left out where quieter ones are there; a row that has none is marked as disturbed.
* The absolute figures belong to this machine. The ratios travel better.
${absent.map((line) => `* Not measured: ${line}.\n`).join('')}`;
}

function tablesOf({ rows, startups }: Summary): string {
  const sections = SCENARIOS.flatMap((scenario) => {
    const own = rows.filter((row) => row.scenario === scenario);
    return own.length === 0 ? [] : [`## ${scenario.title}\n\n${scenario.rate === undefined ? loadTable(own) : latencyTable(own)}`];
  });
  if (startups.length > 0) sections.push(`## From the start of the process to the first answer\n\n${startupTable(startups)}`);
  return `${sections.join('\n\n')}\n`;
}

function loadTable(rows: readonly Row[]): string {
  const nginx = rows.find(({ target }) => target === 'nginx');
  const portkey = rows.find(({ target }) => target === 'portkey');
  const events = rows[0]?.scenario.events;
  const lines = rows.map((row) => {
    const perEvent = events === undefined ? [] : [number(row.cpu === undefined ? undefined : row.cpu / events, 1)];
    const carried = row.cpu === undefined ? undefined : 1e6 / row.cpu;
    const cells = [
      number(row.cpu, 0),
      ...perEvent,
      ratio(row.cpu, nginx?.cpu),
      number(carried, 0),
      ratio(portkey?.cpu, row.cpu),
      number(row.perSecond, 0),
    ];
    return `| ${nameOf(row)} | ${cells.join(' | ')} |`;
  });
  const [name, rule] = events === undefined ? ['', ''] : [' CPU µs/event |', '--:|'];
  return `| | CPU µs/request |${name} × nginx | requests/s a core carries | × Portkey | requests/s measured |
|---|--:|${rule}--:|--:|--:|--:|
${lines.join('\n')}`;
}

function latencyTable(rows: readonly Row[]): string {
  const direct = rows.find(({ target }) => target === 'direct');
  const lines = rows.map(
    (row) =>
      `| ${nameOf(row)} | ${number(row.first, 2)} | ${number(direct === undefined ? undefined : row.first - direct.first, 2)} | ${number(row.first99, 1)} |`,
  );
  return `| | p50 ms | over direct | p99 ms |\n|---|--:|--:|--:|\n${lines.join('\n')}`;
}

function startupTable(startups: readonly Startup[]): string {
  return `| | ms |\n|---|--:|\n${startups.map((row) => `| ${nameOf(row)} | ${number(row.milliseconds, 0)} |`).join('\n')}`;
}

function nameOf({
  target,
  errors = 0,
  disturbed = false,
}: {
  readonly target: string;
  readonly errors?: number;
  readonly disturbed?: boolean;
}): string {
  const name = TARGETS.find(({ id }) => id === target)?.name ?? target;
  return `${name}${errors === 0 ? '' : ` (${errors} errors)`}${disturbed ? ' (disturbed)' : ''}`;
}

function ratio(value: number | undefined, base: number | undefined): string {
  return value === undefined || base === undefined ? '' : number(value / base, value / base < 10 ? 1 : 0);
}

function number(value: number | undefined, digits: number): string {
  return value === undefined ? '' : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
