import { USD } from '../limits/bound.ts';
import type { Alert } from '../limits/engine.ts';
import type { CounterStore } from '../stores/counters/counter-store.ts';
import { log } from '../telemetry/log.ts';
import type { Post } from './webhook.ts';

export interface AlerterOptions {
  readonly budgets: Pick<CounterStore, 'mark'>;
  readonly now: () => number;
  readonly post: Post;
  /** Told of all budgets, beside those that each names itself; undefined: of none. */
  readonly webhook: string | undefined;
}

/** Tells of thresholds that were passed: in the log, and to webhooks, once for each threshold and period in all processes together. */
export function alerter({ budgets, now, post, webhook }: AlerterOptions): (alert: Alert) => void {
  const tell = async (alert: Alert): Promise<void> => {
    const { bound, period, threshold } = alert;
    const ends = Number.isFinite(period.end) ? period.end : undefined;
    // By the amount: it stays the same when the limit is changed.
    const name = `alert-${Math.round(bound.limit * threshold)}`;
    if (!(await budgets.mark({ counter: bound.counter, period: period.start, ends, name }))) return;
    const told = described(alert, now());
    log('warn', 'a budget has passed a threshold', told);
    const urls = new Set(webhook === undefined ? bound.webhooks : [webhook, ...bound.webhooks]);
    for (const url of urls) post(url, JSON.stringify({ event: 'budget.threshold', ...told }));
  };
  return (alert) => void tell(alert).catch((cause: unknown) => log('warn', 'an alert of a budget could not be told', { cause }));
}

function described({ bound, threshold, used, period }: Alert, at: number): Record<string, unknown> {
  const unit = bound.type === 'cost' ? USD : 1;
  return {
    limit_id: bound.id,
    subject: { kind: bound.subject.kind, id: bound.subject.id, group: bound.subject.group ?? null },
    type: bound.type,
    limit: bound.limit / unit,
    used: used / unit,
    threshold: (bound.limit * threshold) / unit,
    is_exhausted: used >= bound.limit,
    resets_at: Number.isFinite(period.end) ? new Date(period.end).toISOString() : null,
    at: new Date(at).toISOString(),
  };
}
