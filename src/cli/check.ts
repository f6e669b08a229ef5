import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { judgeConfig } from '../config/parse.ts';
import { isObject } from '../dialects/read.ts';
import { readFileText } from '../directory/file.ts';
import { GatewayError } from '../errors.ts';
import { Secrets } from '../stores/secrets.ts';
import { print } from '../telemetry/log.ts';
import { isOn, UsageError, type Command, type Environment } from './command.ts';

/** `sluice check`. */
export const check: Command = {
  help: `sluice check FILE [--json]

Says what is wrong with a config for x-portkey-config (JSON or YAML), or with a sluice.yaml, line by line.
FILE can be - for standard input; without FILE it is the sluice.yaml that \`sluice start\` would read.

  --json    {"valid": …, "problems": ["FILE:LINE PATH: MESSAGE"]}

Exit codes: 0 valid, 1 not valid, 2 no such file.`,
  options: { json: { type: 'boolean' } },
  positionals: 1,
  run: async (words) => {
    const name = words.positionals[0] ?? usualFile(words.env);
    const { kind, problems } = problemsIn(readText(name), name, words.env);
    if (isOn(words, 'json')) print(JSON.stringify({ valid: problems.length === 0, problems }));
    else if (problems.length === 0) print(`${name}: a valid ${kind}`);
    else for (const problem of problems) print(problem);
    return problems.length === 0 ? 0 : 1;
  },
};

function usualFile(env: Environment): string {
  const named = env['SLUICE_CONFIG'] ?? 'sluice.yaml';
  if (!existsSync(named)) throw new UsageError(`which file? There is no ${named} here`);
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
}

/** Members by which a sluice.yaml is told from a config. */
const SECTIONS = ['settings', 'providers', 'configs', 'api_keys', 'policies'];

/** Judges the text of a file, whichever of the two it is. JSON is YAML, so that both are read alike and problems have lines. */
export function problemsIn(text: string, name: string, env: Environment): Judgement {
  const value: unknown = tried(() => parseDocument(text, { prettyErrors: false }).toJS() as unknown);
  const isYaml = /\bsluice\.ya?ml$/.test(path.basename(name));
  if (isYaml || (isObject(value) && SECTIONS.some((section) => section in value)))
    return { kind: 'sluice.yaml', problems: fileProblems(text, name, env) };
  return { kind: 'config', problems: configProblems(text, name) };
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
