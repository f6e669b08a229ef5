/** A number that is told to Prometheus and to OpenTelemetry collectors. */
export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** As Prometheus has it: with the unit, and with `_total` on counters. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, rising. */
  readonly bounds?: readonly number[] | undefined;
  /** Unit in UCUM, as OpenTelemetry has it: `s`, `By`, `{token}`. */
  readonly unit: string;
  /** Its name by OpenTelemetry's conventions, where they have one. */
  readonly otel?: string | undefined;
}

/** The values of a metric's labels, in the order of the definition. */
export type LabelValues = readonly string[];

/** A number that only grows. */
export class Counter {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }
}

/** How many of the values seen lie in which bucket. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** By bucket, not accumulated; the last is what lies above all bounds. */
  readonly counts: number[];
  sum = 0;
  count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket++;
    (this.counts[bucket] as number)++;
    this.sum += value;
    this.count++;
  }
}

/** Series that a metric has at most; those beyond are counted together under `other`. */
const MOST_SERIES = 5_000;

/** The series of one metric, by the values of its labels. To be asked once a series, not once an observation. */
export class Family<Series extends Counter | Histogram> {
  readonly definition: MetricDefinition;
  readonly #make: () => Series;
  readonly #series = new Map<string, { readonly labels: LabelValues; readonly series: Series }>();

  constructor(definition: MetricDefinition, make: () => Series) {
    this.definition = definition;
    this.#make = make;
  }

  of(...labels: LabelValues): Series {
    const key = labels.join('\0');
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    const others = labels.map(() => 'other');
    if (this.#series.size >= MOST_SERIES && key !== others.join('\0')) return this.of(...others);
    const series = this.#make();
    this.#series.set(key, { labels, series });
    return series;
  }

  get all(): Iterable<{ readonly labels: LabelValues; readonly series: Series }> {
    return this.#series.values();
  }
}

/** A value that was read at the moment. */
export interface Sample {
  readonly labels: LabelValues;
  readonly value: number;
}

/** Reads the values of a metric that somebody else keeps. */
export type Reading = () => Iterable<Sample>;

/** A metric with its values. */
export interface MetricSnapshot {
  readonly definition: MetricDefinition;
  readonly samples: readonly Sample[];
  readonly histograms: readonly { readonly labels: LabelValues; readonly series: Histogram }[];
}

/** All numbers of this process. One set of them serves whoever scrapes and whoever is pushed to, and counting costs an addition. */
export class Registry {
  readonly #counters: Family<Counter>[] = [];
  readonly #histograms: Family<Histogram>[] = [];
  readonly #readings: { readonly definition: MetricDefinition; readonly read: Reading }[] = [];

  counter(definition: MetricDefinition): Family<Counter> {
    const family = new Family(definition, () => new Counter());
    this.#counters.push(family);
    return family;
  }

  histogram(definition: MetricDefinition): Family<Histogram> {
    const { bounds = [] } = definition;
    const family = new Family(definition, () => new Histogram(bounds));
    this.#histograms.push(family);
    return family;
  }

  /** A metric whose values are read when somebody asks for them. */
  read(definition: MetricDefinition, read: Reading): void {
    this.#readings.push({ definition, read });
  }

  /** What there is at the moment; a reading that fails is left out. */
  snapshot(): readonly MetricSnapshot[] {
    return [
      ...this.#counters.map(({ definition, all }) => ({
        definition,
        samples: Array.from(all, ({ labels, series }) => ({ labels, value: series.value })),
        histograms: [],
      })),
      ...this.#histograms.map(({ definition, all }) => ({ definition, samples: [], histograms: [...all] })),
      ...this.#readings.map(({ definition, read }) => ({ definition, samples: attempted(read), histograms: [] })),
    ];
  }
}

function attempted(read: Reading): readonly Sample[] {
  try {
    return [...read()];
  } catch {
    return [];
  }
}
