import type { ParseArgsOptionsConfig } from 'node:util';
import type { Environment } from '../environment.ts';

/** The words behind a command, read by its options. */
export interface Words {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly env: Environment;
}

/** Something that `sluice` can do. */
export interface Command {
  /** How it is called, what it does, and what its exit codes mean. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  /** Positional words that it takes, at most. */
  readonly positionals: number;
  /** Gives the exit code: 0 it is well, 1 it is not. */
  run(words: Words): Promise<number>;
}

/** The command was not called as it wants to be: exit code 2. */
export class UsageError extends Error {}

/** The value of an option that takes text. */
export function textOf({ values }: Words, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The values of an option that can be given several times. */
export function textsOf({ values }: Words, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether a switch is on. */
export function isOn({ values }: Words, name: string): boolean {
  return values[name] === true;
}
