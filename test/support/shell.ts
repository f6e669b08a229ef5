/** A `curl` command of the documentation as what it sends. */
export interface CurlCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Quotes may go over several lines. */
const LINE = /(?:'[^']*'|"[^"]*"|[^\n'"])+/g;
const WORD = /(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g;

/** The `curl` commands in the bash blocks of a Markdown page; variables are filled in. */
export function curlCalls(markdown: string, variables: Readonly<Record<string, string>>): CurlCall[] {
  const blocks = [...markdown.matchAll(/^```bash\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  const commands = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').match(LINE) ?? []);
  return commands.filter((command) => command.startsWith('curl ')).map((command) => readCurl(wordsOf(command, variables)));
}

/** Splits a command as a shell does: quotes joined to words, variables in double quotes filled in. */
function wordsOf(command: string, variables: Readonly<Record<string, string>>): string[] {
  const fill = (text: string): string => text.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? '');
  const unquote = (piece: string): string => (piece.startsWith("'") ? piece.slice(1, -1) : fill(piece.startsWith('"') ? piece.slice(1, -1) : piece));
  return [...command.matchAll(WORD)].map(([word]) => word.replaceAll(/'[^']*'|"[^"]*"|[^'"]+/g, unquote));
}

function readCurl(words: readonly string[]): CurlCall {
  const after = (flag: string): string[] => words.filter((_, index) => words[index - 1] === flag);
  const url = words.find((word, index) => index > 0 && !word.startsWith('-') && !['-H', '-d'].includes(words[index - 1] ?? '')) ?? '';
  const headers = after('-H').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const);
  return { path: url.slice(url.indexOf('/v1')), headers: Object.fromEntries(headers), body: after('-d')[0] ?? '' };
}
