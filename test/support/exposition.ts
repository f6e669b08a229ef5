import assert from 'node:assert/strict';

export interface Exposed {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  /** Kinds by name of the metric. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly samples: readonly Exposed[];
  /** The sum of the series of a name whose labels are like this. */
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/y;

/** Reads Prometheus' text format as strictly as it is written down, and checks that its histograms are whole. */
export function readExposition(text: string): Exposition {
  assert.ok(text.endsWith('\n'), 'the last line has an end');
  const kinds = new Map<string, string>();
  const samples: Exposed[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/.exec(line);
    if (type !== null) {
      assert.ok(!kinds.has(type[1] as string), `one TYPE line for ${type[1]}`);
      kinds.set(type[1] as string, type[2] as string);
    } else if (line.startsWith('#')) assert.match(line, /^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .+$/);
    else samples.push(readSample(line));
  }
  for (const { name } of samples) assert.ok(kinds.has(familyOf(name, kinds)), `a TYPE line before ${name}`);
  const series = samples.map(({ name, labels }) => name + JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b))));
  assert.equal(new Set(series).size, series.length, 'no series stands there twice');
  checkHistograms(kinds, samples);
  const value = (name: string, labels: Readonly<Record<string, string>> = {}): number =>
    samples
      .filter((sample) => sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text))
      .reduce((sum, sample) => sum + sample.value, 0);
  return { kinds, samples, value };
}

function readSample(line: string): Exposed {
  const [, name = '', inner = '', number = ''] = SAMPLE.exec(line) ?? assert.fail(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const [, label = '', text = ''] = LABEL.exec(inner) ?? assert.fail(`not labels: ${inner}`);
    assert.ok(!(label in labels), `one ${label}`);
    labels[label] = text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
  }
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
  assert.ok(!Number.isNaN(value), line);
  return { name, labels, value };
}

function familyOf(name: string, kinds: ReadonlyMap<string, string>): string {
  const family = name.replace(/_(?:bucket|sum|count)$/, '');
  return kinds.get(family) === 'histogram' ? family : name;
}

function checkHistograms(kinds: ReadonlyMap<string, string>, samples: readonly Exposed[]): void {
  for (const [family] of [...kinds].filter(([, kind]) => kind === 'histogram')) {
    const counts = samples.filter(({ name }) => name === `${family}_count`);
    for (const { labels, value } of counts) {
      const own = samples.filter(
        (sample) => sample.name === `${family}_bucket` && Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
      );
      const values = own.map((bucket) => bucket.value);
      assert.deepEqual(
        values,
        values.toSorted((a, b) => a - b),
        `buckets of ${family} rise`,
      );
      assert.equal(own.at(-1)?.labels['le'], '+Inf');
      assert.equal(own.at(-1)?.value, value, `the last bucket of ${family} has all`);
    }
  }
}
