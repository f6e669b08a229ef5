/** What cannot be written into a head: it could end a line, or the head. */
export class BadHead extends Error {}

/** A token of HTTP's grammar, such as a header name. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Names that were found to be tokens: they repeat from head to head. Bounded, because names may come from outside. */
const good = new Set<string>();
const MAX_GOOD = 2000;

/** Header lines of flat name-value pairs, each with its CRLF. Throws `BadHead`: nothing that is not checked here reaches the wire. */
export function headerLines(headers: readonly string[]): string {
  let lines = '';
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    if (!isName(name) || NO_VALUE.test(value)) throw new BadHead(`the header ${JSON.stringify(name)} is malformed`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function isName(name: string): boolean {
  if (good.has(name)) return true;
  const isGood = TOKEN.test(name);
  if (isGood && good.size < MAX_GOOD) good.add(detached(name));
  return isGood;
}

/** A copy of text in Latin-1, to be kept: what was cut from a head keeps all of the head. */
export function detached(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
