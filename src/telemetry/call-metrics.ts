import type { Attempt } from '../pipeline/attempts.ts';
import type { Outcome } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import { countAttempts, type AttemptFamilies } from './attempt-metrics.ts';
import { endpointLabel, statusLabel } from './call-labels.ts';
import type { ExtraLabel } from './extra-labels.ts';
import { LabelValueSet, OTHER } from './label-values.ts';
import { METRICS } from './metrics.ts';
import type { Counter, Family, Histogram, MetricDefinition, Registry } from './registry.ts';
import { tokensOf } from './tokens.ts';

export interface CallMetricsOptions {
  /** Ids of the providers there are. */
  readonly providers: readonly string[];
  /** How many models have series of their own. */
  readonly models: number;
  /** Further labels of the metrics by model. */
  readonly labels: readonly ExtraLabel[];
}

/** Combinations of provider, model, endpoint and further labels that have series of their own. */
const MOST_COMBINATIONS = 2_000;
/** Stands for a provider or a model where a call has none. */
const NONE = 'none';

/** Counts calls that are over. */
export function callMetrics(registry: Registry, options: CallMetricsOptions): (call: Call, outcome: Outcome) => void {
  const names = options.labels.map(({ label }) => label);
  const families = familiesOf(registry, names);
  const providers = new LabelValueSet(0, [...options.providers, NONE]);
  const models = new LabelValueSet(options.models + 1, [NONE]);
  const extras = options.labels.map((label) => ({ ...label, values: new LabelValueSet(options.models + 1, ['']) }));
  const known = new Map<string, CallSeries>();

  const seriesOf = (call: Call, { status, route }: Outcome): CallSeries => {
    const isProven = status < 400;
    const provider = providers.place(route?.provider ?? NONE, false);
    const model = models.place(modelOf(call), isProven);
    const endpoint = endpointLabel(call.endpoint);
    const more = extras.map(({ read, values }) => values.place(read(call), isProven));
    const key = `${provider}\n${model}\n${endpoint}\n${more.join('\n')}`;
    const series = known.get(key);
    if (series !== undefined) return series;
    const labels = known.size < MOST_COMBINATIONS ? [provider, model, endpoint, ...more] : [OTHER, OTHER, endpoint, ...more.map(() => OTHER)];
    const made = new CallSeries(families, labels);
    if (known.size < MOST_COMBINATIONS) known.set(key, made);
    return made;
  };

  return (call, outcome) => {
    seriesOf(call, outcome).count(call, outcome);
    const endpoint = endpointLabel(call.endpoint);
    families.overhead.of(endpoint).observe(call.attempts.watch.own / 1000);
    families.endings.of(endpoint, outcome.ending).add();
    const placed = (attempt: Attempt): string => providers.place(attempt.provider, false);
    if (outcome.error !== undefined) families.errors.of(outcome.error.code, providers.place(outcome.route?.provider ?? NONE, false)).add();
    countAttempts(families, call.attempts.list, placed);
  };
}

type Families = AttemptFamilies & {
  readonly [name in 'calls' | 'tokens' | 'cost' | 'unpriced' | 'saved' | 'endings' | 'errors']: Family<Counter>;
} & { readonly [name in 'duration' | 'firstContent' | 'overhead' | 'tokenUsage']: Family<Histogram> };

function familiesOf(registry: Registry, extra: readonly string[]): Families {
  // The labels of a series begin with provider, model and endpoint, go on with the further ones, and end with what the metric adds.
  const extended = (definition: MetricDefinition): MetricDefinition => ({
    ...definition,
    labels: [...definition.labels.slice(0, 3), ...extra, ...definition.labels.slice(3)],
  });
  return {
    calls: registry.counter(extended(METRICS.calls)),
    tokens: registry.counter(extended(METRICS.tokens)),
    cost: registry.counter(extended(METRICS.cost)),
    unpriced: registry.counter(extended(METRICS.unpriced)),
    saved: registry.counter(extended(METRICS.saved)),
    duration: registry.histogram(extended(METRICS.duration)),
    firstContent: registry.histogram(extended(METRICS.firstContent)),
    tokenUsage: registry.histogram(extended(METRICS.tokenUsage)),
    overhead: registry.histogram(METRICS.overhead),
    endings: registry.counter(METRICS.endings),
    errors: registry.counter(METRICS.errors),
    attempts: registry.counter(METRICS.attempts),
    attemptDuration: registry.histogram(METRICS.attemptDuration),
    received: registry.counter(METRICS.received),
    retries: registry.counter(METRICS.retries),
    fallbacks: registry.counter(METRICS.fallbacks),
    hedges: registry.counter(METRICS.hedges),
  };
}

/** The series of calls that share provider, model and endpoint; each is looked up once. */
class CallSeries {
  readonly #families: Families;
  readonly #labels: readonly string[];
  readonly #duration: Histogram;
  readonly #firstContent: Histogram;
  readonly #calls = new Map<string, Counter>();
  readonly #tokens = new Map<string, Counter>();
  readonly #usage = new Map<string, Histogram>();

  constructor(families: Families, labels: readonly string[]) {
    this.#families = families;
    this.#labels = labels;
    this.#duration = families.duration.of(...labels);
    this.#firstContent = families.firstContent.of(...labels);
  }

  count(call: Call, outcome: Outcome): void {
    this.#callsOf(statusLabel(outcome.status), cacheLabel(call)).add();
    this.#duration.observe(outcome.ms / 1000);
    if (outcome.isStreamed && outcome.firstMs !== undefined) this.#firstContent.observe(outcome.firstMs / 1000);
    this.#countUse(call);
  }

  #countUse({ notes: { usage, cost, cache } }: Call): void {
    if (cache?.saved !== undefined) this.#families.saved.of(...this.#labels).add(cache.saved);
    if (usage === undefined) return;
    const { buckets, input, output } = tokensOf(usage);
    for (const [type, tokens] of buckets) if (tokens > 0) this.#tokensOf(type).add(tokens);
    if (input > 0) this.#usageOf('input').observe(input);
    if (output > 0) this.#usageOf('output').observe(output);
    if (cost?.total === null) this.#families.unpriced.of(...this.#labels).add();
    else if (cost !== undefined) this.#families.cost.of(...this.#labels).add(cost.total);
  }

  #callsOf(status: string, cache: string): Counter {
    return kept(this.#calls, `${status} ${cache}`, () => this.#families.calls.of(...this.#labels, status, cache));
  }

  #tokensOf(type: string): Counter {
    return kept(this.#tokens, type, () => this.#families.tokens.of(...this.#labels, type));
  }

  #usageOf(type: string): Histogram {
    return kept(this.#usage, type, () => this.#families.tokenUsage.of(...this.#labels, type));
  }
}

function kept<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function modelOf({ notes, endpoint, json }: Call): string {
  const model = notes.model ?? ('model' in endpoint ? endpoint.model : undefined) ?? json?.['model'];
  return typeof model === 'string' && model !== '' ? model : NONE;
}

function cacheLabel({ notes }: Call): string {
  return (notes.cache?.status ?? 'DISABLED').toLowerCase().replace(' ', '_');
}
