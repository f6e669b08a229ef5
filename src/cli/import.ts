import { readFileSync, writeFileSync } from 'node:fs';
import type { GradedLine } from '../directory/import/imported.ts';
import { importTexts } from '../directory/import/import.ts';
import { print } from '../telemetry/log.ts';
import { textOf, UsageError, type Command } from './command.ts';

const HELP = `sluice import FILE… [--output FILE]

Converts LiteLLM's config.yaml, or configs and virtual keys exported from Portkey as JSON, into a sluice.yaml, which is printed or written to --output.
For every entry, standard error says whether it is exact, approximate, manual (something is left for you to do) or unsupported.

Exit codes: 0 everything carries over, 1 something is manual or unsupported, 2 wrong options.`;

/** Turns the files of other gateways into a sluice.yaml. */
export const importFiles: Command = {
  help: HELP,
  options: { output: { type: 'string', short: 'o' } },
  positionals: 100,
  run: async (words) => {
    if (words.positionals.length === 0) throw new UsageError('name the file to import');
    const { text, lines } = importTexts(words.positionals.map((file) => readFileSync(file, 'utf8')));
    const output = textOf(words, 'output');
    if (output === undefined) print(text.trimEnd());
    else writeFileSync(output, text, { flag: 'wx' });
    process.stderr.write(reportOf(lines));
    return lines.some(({ grade }) => grade === 'manual' || grade === 'unsupported') ? 1 : 0;
  },
};

function reportOf(lines: readonly GradedLine[]): string {
  const rows = lines.map(({ grade, place, note }) => `${grade.padEnd(12)} ${place}: ${note}`);
  const counts = ['exact', 'approximate', 'manual', 'unsupported'].map((grade) => `${lines.filter((line) => line.grade === grade).length} ${grade}`);
  return `${rows.join('\n')}\n\n${counts.join(', ')}\n`;
}
