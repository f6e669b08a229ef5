/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A request as a command of curl. */
export function curlCommand({
  url,
  headers,
  body,
}: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}): string {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`);
  const data = body === undefined ? [] : [`-d ${shellWord(typeof body === 'string' ? body : jsonText(body))}`];
  return [`curl ${shellWord(url)}`, ...lines, ...data].join(' \\\n  ');
}

const LINE = 96;

/** JSON as people write it: what is short stands in one line. */
export function jsonText(value: unknown, indent = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pad = '  '.repeat(indent + 1);
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((one) => jsonText(one, indent + 1))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${jsonText(one, indent + 1)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const flat = `${open}${items.join(', ')}${close}`;
  return flat.length + indent * 2 < LINE && !flat.includes('\n')
    ? flat
    : `${open}\n${items.map((item) => pad + item).join(',\n')}\n${'  '.repeat(indent)}${close}`;
}

/** A value as a literal of Python. */
export function pythonLiteral(value: unknown, indent = 0): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const pad = '    '.repeat(indent + 1);
  const end = `\n${'    '.repeat(indent)}`;
  const items = Array.isArray(value)
    ? value.map((one) => pythonLiteral(one, indent + 1))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${pythonLiteral(one, indent + 1)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const flat = `${open}${items.join(', ')}${close}`;
  return flat.length + indent * 4 < 88 && !flat.includes('\n') ? flat : `${open}\n${items.map((item) => pad + item).join(',\n')},${end}${close}`;
}

/** A piece of a program within a literal of JavaScript. */
export class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value as a literal of JavaScript, with names bare where they may be. */
export function scriptLiteral(value: unknown, indent = 0): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (value instanceof Expression) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const pad = '  '.repeat(indent + 1);
  const end = `\n${'  '.repeat(indent)}`;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((one) => scriptLiteral(one, indent + 1))
    : Object.entries(value).map(([name, one]) => `${/^[a-z_$][\w$]*$/i.test(name) ? name : stringLiteral(name)}: ${scriptLiteral(one, indent + 1)}`);
  const [open, close] = isList ? ['[', ']'] : ['{ ', ' }'];
  const flat = items.length === 0 ? `${open}${close}`.replace('  ', '') : `${open}${items.join(', ')}${close}`;
  return flat.length + indent * 2 < 96 && !flat.includes('\n')
    ? flat
    : `${open.trim()}\n${items.map((item) => pad + item).join(',\n')},${end}${close.trim()}`;
}

function stringLiteral(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
}
