import { randomBytes } from 'node:crypto';
import { pricing } from '../attempt/bill.ts';
import { DEFAULT_WORKSPACE, SHARED_WORKSPACE, type Directory } from '../directory/directory.ts';
import type { SavedPolicy } from '../directory/entities.ts';
import { Limiter } from '../limits/engine.ts';
import { concernsTargets } from '../limits/policies.ts';
import type { PriceBook } from '../models/price-book.ts';
import { Limits, type PoliciesOf } from '../pipeline/limits.ts';
import type { Clock } from '../routing/clock.ts';
import { batched } from '../stores/counters/batch.ts';
import { MemoryCounters } from '../stores/counters/memory.ts';
import { RedisCounters } from '../stores/counters/redis.ts';
import { SqlCounters } from '../stores/counters/sql.ts';
import { KEPT_OVER, type CounterStore } from '../stores/counters/counter-store.ts';
import type { Stores } from '../stores/open.ts';
import { log } from '../telemetry/log.ts';
import type { Transport } from '../transport/port.ts';
import { alerter } from './alerts.ts';
import type { Settings } from './settings.ts';
import { poster } from './webhook.ts';

export interface LimitsWorld {
  readonly stores: Pick<Stores, 'database' | 'redis'>;
  readonly directory: Directory;
  readonly prices: PriceBook;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly settings: Pick<Settings, 'onStoreError' | 'refuseUnpriced' | 'alertWebhook' | 'alertSecret'>;
}

/** The limits of a gateway, and the parts that administer them. */
export interface OpenLimits {
  readonly limits: Limits;
  readonly limiter: Limiter;
  /** Where budgets are counted. */
  readonly budgets: CounterStore;
  /** Reports the usage that has not been reported yet. */
  close(): Promise<void>;
}

/**
 * Milliseconds that a call waits for a store that says nothing; the calls behind it do not. One that refuses connections is not waited for.
 * A database may have to wait for others that write.
 */
const TIMEOUT = { redis: 500, database: 2_000 };
/** Milliseconds that a call waits for calls under way to release what they have reserved of a budget. */
const PATIENCE = 5_000;

/** Opens the limits: budgets are counted in Redis where there is one and kept in the database, rates in Redis or else in this process. */
export function openLimits({ stores, directory, prices, clock, transport, settings }: LimitsWorld): OpenLimits {
  const { redis, database } = stores;
  const durable = new SqlCounters(database);
  const shared =
    redis === undefined
      ? undefined
      : new RedisCounters(redis, {
          durable,
          onTrouble: toldOnce('What was used of budgets cannot be written to the database; it is kept and tried again.'),
        });
  const own = database.location === undefined ? new MemoryCounters(clock.now) : durable;
  const budgets = shared ?? own;
  const webhooks = poster({ clock, transport, secret: settings.alertSecret });
  const limiter = new Limiter({
    budgets: batched(budgets),
    rates: shared === undefined ? undefined : batched(shared),
    clock,
    process: randomBytes(9).toString('base64url'),
    onStoreError: settings.onStoreError,
    timeout: redis === undefined ? TIMEOUT.database : TIMEOUT.redis,
    patience: PATIENCE,
    onAlert: alerter({ budgets, webhook: settings.alertWebhook, now: clock.now, post: webhooks.post }),
    onTrouble: toldOnce('The store of budgets and limits cannot be reached.'),
  });
  const { refuseUnpriced } = settings;
  const limits = new Limits({
    limiter,
    policiesIn: policiesBy(directory),
    defaultWorkspace: DEFAULT_WORKSPACE,
    pricing: pricing(prices),
    refuseUnpriced,
  });
  const stopPruning = pruneNowAndThen(budgets, clock);
  const close = async (): Promise<void> => {
    stopPruning();
    webhooks.close();
    await limiter.close();
    await shared?.flush();
  };
  return { limits, limiter, budgets, close };
}

const NONE: PoliciesOf = { calls: [], targets: [] };

/** Policies by workspace, sorted again whenever anything saved has changed. */
function policiesBy(directory: Directory): (workspace: string) => PoliciesOf {
  let epoch = -1;
  let active: readonly SavedPolicy[] = [];
  const byWorkspace = new Map<string, PoliciesOf>();
  return (workspace) => {
    if (directory.epoch !== epoch) {
      epoch = directory.epoch;
      active = directory.policies.filter(({ isArchived, problem }) => !isArchived && problem === undefined);
      byWorkspace.clear();
    }
    if (active.length === 0) return NONE;
    let policies = byWorkspace.get(workspace);
    if (policies === undefined) {
      const own = active.filter((policy) => policy.workspace === workspace || policy.workspace === SHARED_WORKSPACE);
      byWorkspace.set(workspace, (policies = { calls: own.filter((policy) => !concernsTargets(policy)), targets: own.filter(concernsTargets) }));
    }
    return policies;
  };
}

/** Milliseconds between two log lines about the same problem. */
const QUIET = 10_000;

function toldOnce(message: string): (error: unknown) => void {
  let until = 0;
  return (cause) => {
    if (Date.now() < until) return;
    until = Date.now() + QUIET;
    log('warn', message, { cause });
  };
}

/** Milliseconds between two times that counters are removed whose period is over, and between the steps of one. */
const PRUNE_EVERY = 3_600_000;
const PRUNE_STEP = 1_000;
/** Counters that are removed in one step: it must not hold up calls. */
const PRUNED_AT_ONCE = 200;

/** Removes counters that are over, a few at a time, for as long as the function given back is not called. */
export function pruneNowAndThen(budgets: Pick<CounterStore, 'prune'>, clock: Pick<Clock, 'now' | 'after' | 'random'>): () => void {
  let isOver = false;
  let stop = (): void => {};
  const wait = (milliseconds: number): void => {
    stop = clock.after(milliseconds, () => void prune());
  };
  const prune = async (): Promise<void> => {
    // Where the store is away the next time does.
    const count = await budgets.prune(clock.now() - KEPT_OVER, PRUNED_AT_ONCE).catch(() => 0);
    if (!isOver) wait(count < PRUNED_AT_ONCE ? PRUNE_EVERY : PRUNE_STEP);
  };
  // Processes that start together do not prune together.
  wait(PRUNE_EVERY * clock.random());
  return () => {
    isOver = true;
    stop();
  };
}
