import type { Directory } from '../../directory/directory.ts';
import type { Gateway } from '../../gateway.ts';
import type { PriceBook } from '../../models/price-book.ts';
import type { Cache } from '../../pipeline/cache.ts';
import type { Clock } from '../../routing/clock.ts';
import type { Health } from '../../routing/health.ts';
import type { RequestLog } from '../../stores/log/open.ts';
import type { StoreStatus } from '../../stores/open.ts';
import type { RecordStore } from '../../stores/records/record-store.ts';
import type { SecretSource } from '../../directory/secrets.ts';
import type { CallsUnderWay } from '../calls-under-way.ts';
import type { OpenLimits } from '../limits.ts';

/** What became of reading sluice.yaml the last time. */
export interface FileStatus {
  readonly path: string;
  /** False: it could not be used, and what it held before counts. */
  readonly ok: boolean;
  readonly loaded_at: string | null;
  readonly problems: string[];
}

/** What the operations work on. */
export interface AdminWorld {
  readonly directory: Directory;
  readonly store: RecordStore;
  readonly secrets: SecretSource;
  readonly gateway: Gateway;
  readonly health: Health;
  readonly calls: CallsUnderWay;
  /** Undefined: it was switched off. */
  readonly log?: RequestLog | undefined;
  /** Budgets and rate limits. */
  readonly limits?: Pick<OpenLimits, 'limiter' | 'budgets'> | undefined;
  /** Cached answers. */
  readonly cache?: Pick<Cache, 'store' | 'counts'> | undefined;
  /** What models cost. */
  readonly prices: Pick<PriceBook, 'ownRatesOf'>;
  readonly clock: Clock;
  /** Whether the gateway is finishing what is under way. */
  readonly isDraining?: (() => boolean) | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The key for administering the gateway; undefined: only the machine itself may. */
  readonly adminKey: string | undefined;
  /** Whether the environment has a variable. */
  readonly hasVariable: (name: string) => boolean;
  /** Whether calls need an API key. */
  readonly isKeyRequired: boolean;
  /** What became of sluice.yaml; null: there is none. */
  readonly file: () => FileStatus | null;
  /** How the stores do. */
  readonly stores: () => Promise<readonly StoreStatus[]>;
}
