import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FAULTS, type Fault } from './faults.ts';
import type { Scenario } from './scenarios.ts';
import { SPEECHES } from './speech.ts';
import type { Result } from './wall.ts';

const PAGE = path.join(import.meta.dirname, '..', '..', 'docs', 'resilience.md');
const BEGIN = '<!-- scorecard -->';
const END = '<!-- /scorecard -->';
const DIALECTS = Object.keys(SPEECHES);

/** How a scenario went. */
export interface Performance {
  readonly scenario: Scenario;
  readonly problems: readonly string[];
  readonly took: number;
}

/** Writes the scorecard into the page on resilience. */
export function writeScorecard(results: readonly Result[], performances: readonly Performance[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const before = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  const behind = page.slice(page.indexOf(END));
  writeFileSync(PAGE, `${before}\n\n${scorecard(results, performances)}\n${behind}`);
}

/** The names of the faults that the page's scorecard has, in its order. */
export function faultsOnPage(): string[] {
  const page = readFileSync(PAGE, 'utf8');
  const rows = page.slice(page.indexOf(BEGIN), page.indexOf(END)).matchAll(/^\| ([^|]+) \| (?:the answer|an error|status \d+)/gm);
  return [...rows].map(([, name]) => name as string);
}

function scorecard(results: readonly Result[], performances: readonly Performance[]): string {
  const passed = results.filter(({ problems }) => problems.length === 0).length;
  const scenariosPassed = performances.filter(({ problems }) => problems.length === 0).length;
  const groups = [...new Set(FAULTS.map(({ group }) => group))];
  return [
    `**${FAULTS.length} faults, ${passed} of ${results.length} cases passed; ${scenariosPassed} of ${performances.length} public scenarios passed.**`,
    ...groups.map((group) => tableOf(group, results)),
    scenarioTable(performances),
  ].join('\n\n');
}

function tableOf(group: Fault['group'], results: readonly Result[]): string {
  const rows = FAULTS.filter((fault) => fault.group === group).map((fault) => rowOf(fault, results));
  const head = `| ${TITLES[group]} | with a second target | with one only | ${DIALECTS.join(' | ')} | longest |`;
  return [head, `|---|---|---|${DIALECTS.map(() => '--:|').join('')}--:|`, ...rows].join('\n');
}

const TITLES: Readonly<Record<Fault['group'], string>> = {
  'before an answer': 'Before an answer',
  errors: 'Errors',
  'whole answers': 'Whole answers',
  streams: 'Streams',
};

function rowOf(fault: Fault, all: readonly Result[]): string {
  const results = all.filter((result) => result.case.fault === fault);
  const cells = DIALECTS.map((id) => {
    const own = results.filter((result) => result.case.lane.client.id === id);
    return `${own.filter(({ problems }) => problems.length === 0).length}/${own.length}`;
  });
  const longest = Math.max(0, ...results.map(({ took }) => took));
  return `| ${fault.name} | ${sightOf(fault.withFallback)} | ${sightOf(fault.alone)} | ${cells.join(' | ')} | ${seconds(longest)} |`;
}

function sightOf(sight: Fault['alone']): string {
  if (sight === undefined) return '';
  return typeof sight === 'number' ? `status ${sight}` : sight === 'answer' ? 'the answer' : 'an error';
}

function scenarioTable(performances: readonly Performance[]): string {
  const rows = performances.map(
    ({ scenario, problems, took }) => `| ${scenario.id} | ${scenario.name} | ${problems.length === 0 ? 'passed' : 'failed'} | ${seconds(took)} |`,
  );
  return ['| Public scenario | | | took |', '|---|---|---|--:|', ...rows].join('\n');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
