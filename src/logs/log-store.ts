import type { Json, JsonObject } from '../ir/json.ts';
import type { LogItem } from './record.ts';

/** Which calls a question is about; all that is said must hold. */
export interface LogFilter {
  /** Milliseconds since the epoch; the first is included, the second is not. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Statuses in ranges, both ends included; one of them must hold. */
  readonly status?: readonly (readonly [from: number, to: number])[] | undefined;
  /** The answer failed or broke off. */
  readonly failed?: boolean | undefined;
  /** One of the values of each that is named must hold. */
  readonly dimensions?: Readonly<Partial<Record<Dimension, readonly string[]>>> | undefined;
  readonly traceId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly cost?: Bounds | undefined;
  readonly ms?: Bounds | undefined;
  readonly tokens?: Bounds | undefined;
  /** Words that must all be in the call's bodies or metadata; a word that ends in `*` may go on. */
  readonly search?: string | undefined;
}

export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** What calls can be told apart and put together by, beside their metadata. */
export const DIMENSIONS = ['model', 'provider', 'api_key', 'config', 'workspace', 'error_class', 'cache'] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** One call as lists show it: what the interface answers with, in its own spelling. */
export type LogEntry = JsonObject & { readonly id: string };

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

/** What has come in since a place in the order of arrival. */
export interface LogNews {
  readonly entries: readonly LogEntry[];
  /** Where to go on. */
  readonly place: number;
  /** There was more than was asked for, and the rest is left out. */
  readonly isCut: boolean;
}

/** Sums over calls. Costs are in USD. */
export interface Totals {
  readonly calls: number;
  readonly errors: number;
  readonly cost: number;
  /** Calls that nobody knows the price of. */
  readonly unpriced: number;
  readonly saved: number;
  readonly hits: number;
  readonly semanticHits: number;
  readonly misses: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
  readonly tokens: number;
  /** Calls that another target than the first, or a retry, has rescued. */
  readonly rescued: number;
}

/** Durations in milliseconds; null where there is nothing to measure. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface Statistics extends Totals {
  readonly ms: Percentiles;
  /** To the first content of an answer. */
  readonly firstMs: Percentiles;
}

export interface Point extends Statistics {
  /** Milliseconds since the epoch at which the step begins. */
  readonly at: number;
}

export interface Group extends Statistics {
  readonly key: string;
  readonly name: string | null;
}

export type GroupBy = Dimension | 'status' | `metadata.${string}`;

/** One person's judgement of a trace. */
export interface Feedback {
  readonly id: string;
  readonly traceId: string;
  /** -10 to 10. */
  readonly value: number;
  /** 0 to 1. */
  readonly weight: number;
  readonly metadata: Readonly<Record<string, Json>>;
  readonly workspace: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A selection of calls that somebody takes away as a file. */
export interface Export {
  readonly id: string;
  readonly workspace: string;
  readonly at: number;
  /** What whoever asked for it wants to remember: its filters, its fields, its state. */
  readonly body: JsonObject;
}

/** How long calls stay. */
export interface Retention {
  /** Milliseconds. */
  readonly age: number;
  readonly bytes: number;
}

/** The questions that can be asked of a log; the arguments and answers of each can cross from one thread to another. */
export interface LogQuestions {
  list(question: { readonly filter: LogFilter; readonly limit: number; readonly cursor?: string | undefined }): Promise<LogPage>;
  count(question: { readonly filter: LogFilter }): Promise<number>;
  /** Of a call with its bodies; undefined: there is none, or it is another workspace's. */
  get(question: { readonly id: string; readonly workspace?: string | undefined }): Promise<JsonObject | undefined>;
  /** Calls in the order of their arrival in the log; without a place only the place is told. */
  news(question: { readonly filter: LogFilter; readonly place: number | undefined; readonly limit: number }): Promise<LogNews>;
  summary(question: { readonly filter: LogFilter }): Promise<Statistics>;
  series(question: { readonly filter: LogFilter; readonly step: number }): Promise<readonly Point[]>;
  groups(question: { readonly filter: LogFilter; readonly by: GroupBy; readonly limit: number }): Promise<readonly Group[]>;
  /** How many values a member of the metadata has, in each step of time. */
  distinct(question: { readonly filter: LogFilter; readonly name: string; readonly step: number }): Promise<readonly { at: number; count: number }[]>;
  feedbacks(question: {
    readonly workspace?: string | undefined;
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<readonly Feedback[]>;
  feedback(question: { readonly id: string }): Promise<Feedback | undefined>;
  saveFeedback(question: { readonly feedback: readonly Feedback[] }): Promise<void>;
  exports(question: { readonly workspace?: string | undefined }): Promise<readonly Export[]>;
  saveExport(question: { readonly entry: Export }): Promise<void>;
}

/** Where calls are kept. Every method rejects where the store cannot be reached. */
export interface LogStore extends LogQuestions {
  /** Adds calls; those that are there already are left out. */
  insert(items: readonly LogItem[]): Promise<void>;
  /** Removes what is too old or too much; gives the number of calls removed. */
  prune(retention: Retention, now: number): Promise<number>;
  close(): Promise<void>;
}
