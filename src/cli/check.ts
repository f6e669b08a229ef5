import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { judgeConfig } from '../config/parse.ts';
import { isObject } from '../dialects/read.ts';
import { fileSchema } from '../directory/file-schema.ts';
import { readFileText } from '../directory/file.ts';
import type { Environment } from '../environment.ts';
import { GatewayError } from '../errors.ts';
import type { JsonObject } from '../ir/json.ts';
import { Secrets } from '../stores/secrets.ts';
import { print } from '../telemetry/log.ts';
import { isOn, UsageError, type Command } from './command.ts';

/** `sluice check`. */
export const check: Command = {
  help: `sluice check FILE [--json]

Says what is wrong with a config for x-portkey-config (JSON or YAML), or with a sluice.yaml, line by line.
FILE can be - for standard input; without FILE it is the sluice.yaml that \`sluice start\` would read.

  --json    {"valid": …, "problems": ["FILE:LINE PATH: MESSAGE"], "holds": {"providers": 2, "prices": 3}}
            holds: how many entries each section of a sluice.yaml has

Exit codes: 0 valid, 1 not valid, 2 no such file.`,
  options: { json: { type: 'boolean' } },
  positionals: 1,
  run: async (words) => {
    const name = words.positionals[0] ?? usualFile(words.env);
    const { kind, problems, holds } = problemsIn(readText(name), name, words.env);
    if (isOn(words, 'json')) print(JSON.stringify({ valid: problems.length === 0, problems, ...(holds === undefined ? {} : { holds }) }));
    else if (problems.length === 0) print(`${name}: a valid ${kind}${inWords(holds)}`);
    else for (const problem of problems) print(problem);
    return problems.length === 0 ? 0 : 1;
  },
};

function usualFile(env: Environment): string {
  const named = env['SLUICE_CONFIG'] ?? 'sluice.yaml';
  if (!existsSync(named)) throw new UsageError(`name a file: there is no ${named} here`);
  return named;
}

function readText(name: string): string {
  try {
    return readFileSync(name === '-' ? 0 : name, 'utf8');
  } catch (error) {
    throw new UsageError(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

/** What a file is, and what is wrong with it, one line a problem. */
export interface Judgement {
  readonly kind: 'config' | 'sluice.yaml';
  readonly problems: readonly string[];
  /** Of a sluice.yaml: how many entries each section has that is there. */
  readonly holds?: Readonly<Record<string, number>>;
}

/** Members by which a sluice.yaml is told from a config. */
const SECTIONS = Object.keys(fileSchema.shape);

/** Judges the text of a file, whichever of the two it is. JSON is YAML, so that both are read alike and problems have lines. */
export function problemsIn(text: string, name: string, env: Environment): Judgement {
  const value: unknown = tried(() => parseDocument(text, { prettyErrors: false }).toJS() as unknown);
  const isYaml = /\bsluice\.ya?ml$/.test(path.basename(name));
  if (isYaml || (isObject(value) && SECTIONS.some((section) => section in value)))
    return { kind: 'sluice.yaml', problems: fileProblems(text, name, env), holds: isObject(value) ? entriesIn(value) : {} };
  return { kind: 'config', problems: configProblems(text, name) };
}

function entriesIn(value: JsonObject): Readonly<Record<string, number>> {
  return Object.fromEntries(
    SECTIONS.flatMap((section) => {
      const entries = value[section];
      return isObject(entries) ? [[section, Object.keys(entries).length]] : [];
    }),
  );
}

function inWords(holds: Judgement['holds']): string {
  const sections = Object.entries(holds ?? {}).map(([section, count]) => `${section}: ${count}`);
  return sections.length === 0 ? '' : ` (${sections.join(', ')})`;
}

function fileProblems(text: string, name: string, env: Environment): readonly string[] {
  // Nothing is kept, so that secrets may be sealed with a key that is gone at the end.
  const secrets = new Secrets({ env, folder: undefined, now: Date.now });
  const read = readFileText(text, { name, env, secrets, now: Date.now(), before: [], saved: undefined });
  return 'problems' in read ? read.problems : [];
}

function configProblems(text: string, name: string): readonly string[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) return document.errors.map(({ message, pos }) => `${name}:${lines.linePos(pos[0]).line} ${message}`);
  try {
    const judged = judgeConfig(document.toJS(), { providerInHeaders: true });
    if (!('problems' in judged)) return [];
    return judged.problems.map((problem) => `${name}:${lineOf(problem.path)} ${spelled(problem.path)}: ${problem.message}`);
  } catch (error) {
    if (error instanceof GatewayError) return [`${name}:1 ${error.message}`];
    throw error;
  }

  /** The line where a path begins; of a member that is missing, where what it is missing from begins. */
  function lineOf(steps: readonly (string | number)[]): number {
    for (let length = steps.length; length > 0; length--) {
      const node = document.getIn(steps.slice(0, length), true) as { readonly range?: readonly number[] } | undefined;
      const start = node?.range?.[0];
      if (start !== undefined) return lines.linePos(start).line;
    }
    return 1;
  }
}

function spelled(steps: readonly (string | number)[]): string {
  const text = steps.reduce<string>((all, step) => (typeof step === 'number' ? `${all}[${step}]` : `${all}.${step}`), '');
  return text === '' ? 'config' : text.replace(/^\./, '');
}

function tried<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
