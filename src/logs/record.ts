import type { JsonObject } from '../ir/json.ts';
import type { Usage } from '../ir/events.ts';
import type { Outcome } from '../pipeline/outcome.ts';

/** The tokens of a call as the log counts them; buckets do not overlap. */
export type LoggedUsage = Omit<Usage, 'native'>;

/** One attempt that was made for a call. */
export interface LoggedAttempt {
  readonly target: string;
  readonly provider: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** To the first content, or to the failure; undefined where neither had come when the call was over. */
  readonly ms?: number | undefined;
  /** To the last byte of the attempt that answered. */
  readonly endMs?: number | undefined;
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  readonly bytes: number;
  readonly dropped?: readonly string[] | undefined;
}

/** A body as it lies in the log. */
export interface BodyNote {
  /** `bytes`: as it was sent, or its beginning; `events`: canonical events as JSON. */
  readonly kind: 'bytes' | 'events';
  /** Of the whole body, where that is known. */
  readonly size: number;
  /** Only the beginning was kept. */
  readonly isCut: boolean;
}

/** What the log keeps of a call beside its bodies: what the data path writes into the spool. Nothing in it is secret. */
export interface LogRecord {
  /** Unique: the id of the call. */
  readonly id: string;
  /** Milliseconds since the epoch at which the call came. */
  readonly at: number;
  readonly traceId: string;
  readonly sessionId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly parentSpanId?: string | undefined;
  readonly spanName?: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ending: Outcome['ending'];
  readonly isStream: boolean;
  readonly errorClass?: string | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly provider?: string | undefined;
  /** The model that answered. */
  readonly model?: string | undefined;
  readonly requestedModel?: string | undefined;
  /** Path of the target in the config. */
  readonly target?: string | undefined;
  readonly retries?: number | undefined;
  readonly keyId?: string | undefined;
  readonly keyName?: string | undefined;
  readonly workspace: string;
  readonly configId?: string | undefined;
  readonly configVersion?: number | undefined;
  /** Milliseconds from the call's arrival to its end, and to the first content of its answer. */
  readonly ms: number;
  readonly firstMs?: number | undefined;
  readonly attempts: readonly LoggedAttempt[];
  readonly cacheStatus?: string | undefined;
  /** USD that the cache spared. */
  readonly saved?: number | undefined;
  readonly usage?: LoggedUsage | undefined;
  /** USD; null: nobody knows what the model costs; undefined: there was nothing to pay for. */
  readonly cost?: number | null | undefined;
  readonly costParts?: Readonly<Record<string, number>> | undefined;
  readonly metadata: JsonObject;
  readonly requestHeaders?: Readonly<Record<string, string>> | undefined;
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined;
  readonly request?: BodyNote | undefined;
  readonly response?: BodyNote | undefined;
  /** The call did not go through the gateway: somebody else told of it. */
  readonly isCustom?: boolean | undefined;
}

/** A record with its bodies. */
export interface LogItem {
  readonly record: LogRecord;
  readonly request?: Buffer | undefined;
  readonly response?: Buffer | undefined;
}

/** The workspace of calls that belong to none. */
export const NO_WORKSPACE = 'default';
