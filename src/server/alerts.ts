import { isTrustedHost } from '../config/custom-host.ts';
import { USD } from '../limits/bound.ts';
import type { Alert } from '../limits/engine.ts';
import type { Clock } from '../routing/clock.ts';
import type { CounterStore } from '../stores/counters/counter-store.ts';
import { log } from '../telemetry/log.ts';
import type { Transport } from '../transport/port.ts';

export interface AlerterOptions {
  readonly budgets: CounterStore;
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly transport: Transport;
  /** Undefined: alerts are only logged. */
  readonly webhook: string | undefined;
}

/** Milliseconds before each try to deliver an alert. */
const TRIES = [0, 1_000, 5_000, 30_000, 120_000, 600_000];
const TIMEOUT = 10_000;

/** Tells of thresholds that were passed: in the log, and to the webhook, once for each threshold and period in all processes together. */
export function alerter({ budgets, clock, transport, webhook }: AlerterOptions): (alert: Alert) => void {
  const tell = async (alert: Alert): Promise<void> => {
    const { bound, period, threshold } = alert;
    if (!(await budgets.mark(bound.counter, period.start, `alert-${threshold}`))) return;
    const told = described(alert, clock.now());
    log('warn', 'a budget has passed a threshold', told);
    if (webhook !== undefined) deliver({ clock, transport, webhook }, JSON.stringify({ event: 'budget.threshold', ...told }));
  };
  return (alert) => void tell(alert).catch((cause: unknown) => log('warn', 'an alert of a budget could not be told', { cause }));
}

function described({ bound, threshold, used, period }: Alert, now: number): Record<string, unknown> {
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
    at: new Date(now).toISOString(),
  };
}

interface Delivery {
  readonly clock: Pick<Clock, 'after'>;
  readonly transport: Transport;
  readonly webhook: string;
}

function deliver(delivery: Delivery, body: string, tries = 0): void {
  const pause = TRIES[tries];
  if (pause === undefined) return log('error', 'an alert of a budget could not be delivered', { webhook: new URL(delivery.webhook).origin });
  delivery.clock.after(pause, () => void post(delivery, body).then((isDone) => !isDone && deliver(delivery, body, tries + 1)));
}

/** Whether the webhook took it. What it answers beyond its status is of no interest. */
function post({ transport, webhook, clock }: Delivery, body: string): Promise<boolean> {
  const { origin, pathname, search, hostname } = new URL(webhook);
  return new Promise((resolve) => {
    let isTaken = false;
    const done = (): void => {
      stop();
      resolve(isTaken);
    };
    const request = {
      origin,
      path: pathname + search,
      method: 'POST',
      headers: ['content-type', 'application/json', 'user-agent', 'sluice'],
      body,
      guarded: !isTrustedHost(hostname),
    };
    const exchange = transport(request, {
      head: ({ status }) => void (isTaken = status >= 200 && status < 300),
      data: () => true,
      end: done,
      fail: done,
    });
    const stop = clock.after(TIMEOUT, () => {
      exchange.abort();
      resolve(false);
    });
  });
}
