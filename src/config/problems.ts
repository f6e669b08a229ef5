/** Keys and indexes that lead to a place in the config. */
export type Path = readonly (string | number)[];

/** Something that is wrong with a config, and where. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** Problems beyond this number are only counted. */
const MAX_LINES = 50;

/** One line a problem, as clients of Portkey know them: `path: targets,0,provider, message: …`. */
export function describeProblems(problems: readonly Problem[]): string[] {
  const lines = problems.slice(0, MAX_LINES).map(({ path, message }) => `path: ${path.join(',')}, message: ${message}`);
  return problems.length > MAX_LINES ? [...lines, `and ${problems.length - MAX_LINES} more`] : lines;
}

/** A path as the gateway's headers and logs spell it: `config.targets[0].provider`. */
export function spellPath(path: Path): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`), 'config');
}

/** Problems that a sentence names. */
const MAX_NAMED = 3;

/** The first problems in one sentence behind a heading: `Invalid config passed: config.retry.attempts: Expected number, received string`. */
export function nameProblems(heading: string, problems: readonly Problem[]): string {
  const named = problems.slice(0, MAX_NAMED).map(({ path, message }) => `${spellPath(path)}: ${message}`);
  const more = problems.length > MAX_NAMED ? [`and ${problems.length - MAX_NAMED} more`] : [];
  return `${heading}: ${[...named, ...more].join('; ')}`;
}
