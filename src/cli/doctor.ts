import { print } from '../telemetry/log.ts';
import { coloured } from '../telemetry/log-line.ts';
import { isOn, type Command } from './command.ts';
import { examine, type Finding, type FindingState } from './examine.ts';

const SIGNS: Readonly<Record<FindingState, { readonly sign: string; readonly colour: number }>> = {
  ok: { sign: 'ok  ', colour: 32 },
  warn: { sign: 'warn', colour: 33 },
  fail: { sign: 'FAIL', colour: 31 },
  skip: { sign: '-   ', colour: 90 },
};

/** `sluice doctor`. */
export const doctor: Command = {
  help: `sluice doctor [--offline] [--json]

Checks whether the gateway can work in this environment, and says how to fix what is wrong: Node, settings, sluice.yaml, the port, the
data folder, Postgres, Redis, the provider keys in the environment and the providers saved in a running gateway (each is tried, no key is
shown), the clock, the trace collector.

  --offline    contact nothing beyond this machine and its stores
  --json       one JSON list of {name, state, detail, advice}

Exit codes: 0 no check failed (warnings do not count), 1 a check failed, 2 wrong options.`,
  options: { offline: { type: 'boolean' }, json: { type: 'boolean' } },
  positionals: 0,
  run: async (words) => {
    const findings: Finding[] = [];
    const isColoured = process.stdout.isTTY && words.env['NO_COLOR'] === undefined;
    for await (const finding of examine(words.env, { isOffline: isOn(words, 'offline') })) {
      findings.push(finding);
      if (!isOn(words, 'json')) print(lineOf(finding, isColoured));
    }
    const failures = findings.filter(({ state }) => state === 'fail').length;
    if (isOn(words, 'json')) print(JSON.stringify(findings));
    else print(failures === 0 ? '\nNo check failed.' : `\n${failures} ${failures === 1 ? 'check' : 'checks'} failed.`);
    return failures === 0 ? 0 : 1;
  },
};

const NAME_WIDTH = 22;

function lineOf({ name, state, detail, advice }: Finding, isColoured: boolean): string {
  const { sign, colour } = SIGNS[state];
  const indent = ' '.repeat(sign.length + NAME_WIDTH + 4);
  const remedy = advice === undefined ? '' : `\n${indent}${coloured(`> ${advice}`, colour, isColoured)}`;
  return `${coloured(sign, colour, isColoured)}  ${name.padEnd(NAME_WIDTH)}  ${detail}${remedy}`;
}
