import type { IconName } from '../ui/icon.tsx';

/** Something that the command palette can do. */
export interface Command {
  readonly label: string;
  readonly icon?: IconName;
  readonly group: string;
  readonly hint?: string | undefined;
  readonly run: () => void;
}

/** How well letters fit a label: consecutive and at the starts of words is best; undefined where they do not occur in order. */
export function fitOf(query: string, label: string): number | undefined {
  const wanted = query.toLowerCase().replaceAll(' ', '');
  const given = label.toLowerCase();
  let score = 0;
  let from = 0;
  for (const letter of wanted) {
    const at = given.indexOf(letter, from);
    if (at < 0) return undefined;
    const isStart = at === 0 || given[at - 1] === ' ';
    score += at === from ? 3 : isStart ? 2 : 0;
    score -= (at - from) * 0.05;
    from = at + 1;
  }
  return score;
}

/** The commands that a query fits, best first; all in their order for none. */
export function found(commands: readonly Command[], query: string): readonly Command[] {
  if (query.trim() === '') return commands;
  return commands
    .flatMap((command) => {
      const fit = fitOf(query, command.label);
      return fit === undefined ? [] : [{ command, fit }];
    })
    .toSorted((a, b) => b.fit - a.fit)
    .map(({ command }) => command);
}
