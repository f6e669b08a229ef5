/** A line of a difference. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Texts with more lines than this are not compared line by line. */
const MAX_LINES = 3000;

/** What has to be removed from and added to one text to get the other, line by line, as little as possible. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  if (a.length > MAX_LINES || b.length > MAX_LINES) return [...a.map((text) => line('removed', text)), ...b.map((text) => line('added', text))];
  const common = lengths(a, b);
  const lines: DiffLine[] = [];
  let i = 0;
  let k = 0;
  while (i < a.length || k < b.length) {
    const one = a[i];
    const other = b[k];
    if (one !== undefined && one === other) {
      lines.push(line('same', one));
      i += 1;
      k += 1;
    } else if (one !== undefined && (other === undefined || at(common, i + 1, k) >= at(common, i, k + 1))) {
      lines.push(line('removed', one));
      i += 1;
    } else {
      lines.push(line('added', other ?? ''));
      k += 1;
    }
  }
  return lines;
}

function line(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, text };
}

/** By rows from the end: the length of the longest common run of lines from here on. */
function lengths(a: readonly string[], b: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let k = b.length - 1; k >= 0; k--)
      (rows[i] as Uint16Array)[k] = a[i] === b[k] ? at(rows, i + 1, k + 1) + 1 : Math.max(at(rows, i + 1, k), at(rows, i, k + 1));
  return rows;
}

function at(rows: readonly Uint16Array[], i: number, k: number): number {
  return rows[i]?.[k] ?? 0;
}

/** A difference without the lines that are far from any change; a gap is an undefined. */
export function nearChanges(lines: readonly DiffLine[], around = 3): readonly (DiffLine | undefined)[] {
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - around), i + around + 1).some(({ kind }) => kind !== 'same'));
  return lines.flatMap((one, i) => (near[i] === true ? [one] : near[i - 1] === true || i === 0 ? [undefined] : []));
}
