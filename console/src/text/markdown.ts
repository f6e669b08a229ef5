/** A piece of a line. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'struck'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] };

/** A block of a text. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph' | 'quote'; readonly text: string }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly { readonly text: string; readonly depth: number }[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'rule' };

const LIST_ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

interface Reading {
  readonly lines: readonly string[];
  at: number;
}

/** Tried in order; each takes the lines that are its own, or none. */
const READERS: readonly ((reading: Reading) => Block | undefined)[] = [
  readFence,
  readHeading,
  readRule,
  readQuote,
  readTable,
  readList,
  readParagraph,
];

/** The blocks of a text in Markdown. HTML in it stays text. */
export function parseMarkdown(text: string): readonly Block[] {
  const reading: Reading = { lines: text.replaceAll('\r\n', '\n').split('\n'), at: 0 };
  const blocks: Block[] = [];
  while (reading.at < reading.lines.length) {
    if (line(reading).trim() === '') {
      reading.at += 1;
      continue;
    }
    for (const read of READERS) {
      const block = read(reading);
      if (block === undefined) continue;
      blocks.push(block);
      break;
    }
  }
  return blocks;
}

function line({ lines, at }: Reading, ahead = 0): string {
  return lines[at + ahead] ?? '';
}

function takeWhile(reading: Reading, fits: (text: string) => boolean): string[] {
  const taken: string[] = [];
  while (reading.at < reading.lines.length && fits(line(reading))) {
    taken.push(line(reading));
    reading.at += 1;
  }
  return taken;
}

function readFence(reading: Reading): Block | undefined {
  const fence = /^\s*(```+|~~~+)\s*([\w+#.-]*)/.exec(line(reading));
  if (fence === null) return undefined;
  const mark = fence[1] as string;
  reading.at += 1;
  const body = takeWhile(reading, (text) => !text.trim().startsWith(mark));
  reading.at += 1;
  return { kind: 'code', language: fence[2] ?? '', text: body.join('\n') };
}

function readHeading(reading: Reading): Block | undefined {
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line(reading));
  if (heading === null) return undefined;
  reading.at += 1;
  return { kind: 'heading', level: (heading[1] as string).length, text: heading[2] ?? '' };
}

function readRule(reading: Reading): Block | undefined {
  if (!/^\s*([-*_])(\s*\1){2,}\s*$/.test(line(reading))) return undefined;
  reading.at += 1;
  return { kind: 'rule' };
}

function readQuote(reading: Reading): Block | undefined {
  const lines = takeWhile(reading, (text) => text.startsWith('>'));
  return lines.length === 0 ? undefined : { kind: 'quote', text: lines.map((text) => text.replace(/^>\s?/, '')).join('\n') };
}

function cells(text: string): string[] {
  return text
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

function readTable(reading: Reading): Block | undefined {
  if (!line(reading).includes('|') || !line(reading, 1).includes('-') || !TABLE_RULE.test(line(reading, 1))) return undefined;
  const head = cells(line(reading));
  reading.at += 2;
  return { kind: 'table', head, rows: takeWhile(reading, (text) => text.includes('|')).map(cells) };
}

function readList(reading: Reading): Block | undefined {
  const first = LIST_ITEM.exec(line(reading));
  if (first === null) return undefined;
  const items: { text: string; depth: number }[] = [];
  for (const text of takeWhile(reading, (one) => LIST_ITEM.test(one) || /^\s{2,}\S/.test(one))) {
    const item = LIST_ITEM.exec(text);
    const last = items.at(-1);
    if (item !== null) items.push({ text: item[3] ?? '', depth: Math.min(4, Math.floor((item[1] ?? '').length / 2)) });
    else if (last !== undefined) last.text += ` ${text.trim()}`;
  }
  return { kind: 'list', isOrdered: first[2] !== undefined, items };
}

function readParagraph(reading: Reading): Block {
  const start = reading.at;
  const lines = takeWhile(
    reading,
    (text) => text.trim() !== '' && (reading.at === start || !/^(#{1,6}\s|>|\s*```|\s*[-*+]\s|\s*\d+[.)]\s)/.test(text)),
  );
  return { kind: 'paragraph', text: lines.join('\n') };
}

const INLINE =
  /(`+)(.+?)\1|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*([^*\s][^*]*?)\*|(?<![\w])_([^_\s][^_]*?)_(?![\w])|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>()]+[^\s<>().,;:!?])/s;

/** Addresses that a click may open. */
const SAFE_LINK = /^(https?:|mailto:)/i;

/** The pieces of a line. */
export function parseInline(text: string): readonly Inline[] {
  const match = INLINE.exec(text);
  if (match === null) return text === '' ? [] : [{ kind: 'text', text }];
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return [...(before === '' ? [] : [{ kind: 'text', text: before } as const]), inlineOf(match), ...parseInline(after)];
}

function inlineOf([whole, , code, strong, strong2, struck, emphasis, emphasis2, label, href, url]: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: 'code', text: code.trim() };
  const bold = strong ?? strong2;
  if (bold !== undefined) return { kind: 'strong', children: parseInline(bold) };
  if (struck !== undefined) return { kind: 'struck', children: parseInline(struck) };
  const slanted = emphasis ?? emphasis2;
  if (slanted !== undefined) return { kind: 'emphasis', children: parseInline(slanted) };
  if (url !== undefined) return { kind: 'link', href: url, children: [{ kind: 'text', text: url }] };
  if (label !== undefined && href !== undefined && SAFE_LINK.test(href)) return { kind: 'link', href, children: parseInline(label) };
  return { kind: 'text', text: whole };
}
