// `npm run chaos`: the wall in real time, against a gateway in a process of its own, with the limits that it keeps by itself.
// `npm run chaos -- WORDS` plays only what has the words in its title, and leaves the scorecard as it is.
import { FAULTS } from './faults.ts';
import { startGateway } from './processes.ts';
import { REAL } from './profile.ts';
import { writeScorecard, type Performance } from './scorecard.ts';
import { playScenario, SCENARIOS } from './scenarios.ts';
import { casesOf, play, titleOf, type Result } from './wall.ts';

const words = process.argv.slice(2).join(' ');
const cases = casesOf(FAULTS, REAL).filter((one) => titleOf(one).includes(words));
const scenarios = SCENARIOS.filter(({ id, name }) => `${id} ${name}`.includes(words));
const start = performance.now();
const gateway = await startGateway();
let done = 0;

console.log(`Playing ${cases.length} cases and ${scenarios.length} scenarios in real time; this takes some minutes.`);
// The scenarios tell how long they took, so nothing else runs beside them but each other.
const performances = await Promise.all(
  scenarios.map((scenario) => timed(() => playScenario(scenario, gateway.url, REAL)).then((end) => ({ scenario, ...end }))),
);
for (const { scenario, problems } of performances) report(`${scenario.id} ${scenario.name}`, problems);
const results = await playAll();
gateway.kill('SIGTERM');
const { code } = await gateway.ended;
if (code !== 0) report('the gateway', [`ended with ${code}: ${gateway.log().slice(-2000)}`]);

const failed = [...results, ...performances].filter(({ problems }) => problems.length > 0).length;
if (words === '') writeScorecard(results, performances);
console.log(`\n${results.length + performances.length - failed} passed, ${failed} failed, in ${Math.round((performance.now() - start) / 1000)} s`);
process.exitCode = failed === 0 && code === 0 ? 0 : 1;

async function playAll(): Promise<Result[]> {
  const results: Result[] = [];
  const queue = cases[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const one of queue) {
      const result = await play(one, gateway.url, REAL);
      results.push(result);
      report(titleOf(one), result.problems);
      if (process.stdout.isTTY) process.stdout.write(`\r${++done} of ${cases.length} `);
    }
  };
  await Promise.all(Array.from({ length: REAL.concurrency }, worker));
  return results;
}

async function timed(run: () => Promise<readonly string[]>): Promise<Omit<Performance, 'scenario'>> {
  const began = performance.now();
  const problems = await run();
  return { problems, took: performance.now() - began };
}

function report(title: string, problems: readonly string[]): void {
  if (problems.length > 0) console.log(`\n✖ ${title}\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
}
