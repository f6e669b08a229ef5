import type { Attempt } from '../pipeline/attempts.ts';
import type { Counter, Family, Histogram } from './registry.ts';

/** The metrics of attempts. */
export type AttemptFamilies = { readonly [name in 'attempts' | 'received' | 'retries' | 'fallbacks' | 'hedges']: Family<Counter> } & {
  readonly attemptDuration: Family<Histogram>;
};

/** Counts the attempts of a call that is over, and how each came after the one before. `provider` gives the label of its provider. */
export function countAttempts(families: AttemptFamilies, attempts: readonly Attempt[], provider: (attempt: Attempt) => string): void {
  for (const [index, attempt] of attempts.entries()) {
    const name = provider(attempt);
    families.attempts.of(name, outcomeOf(attempt)).add();
    families.received.of(name).add(attempt.bytes);
    if (attempt.ms !== undefined) families.attemptDuration.of(name).observe(attempt.ms / 1000);
    const before = attempts[index - 1];
    if (before === undefined) continue;
    const step = stepFrom(before, attempt);
    if (step === 'retry') families.retries.of(name).add();
    else if (step === 'hedge') families.hedges.of(name, outcomeOf(attempt) === 'ok' ? 'won' : 'lost').add();
    else families.fallbacks.of(provider(before), outcomeOf(before)).add();
  }
}

/** How an attempt came after the one before it. */
export function stepFrom(before: Attempt, attempt: Attempt): 'retry' | 'hedge' | 'fallback' {
  if (before.target === attempt.target) return 'retry';
  return before.ms === undefined || before.startedAt + before.ms > attempt.startedAt ? 'hedge' : 'fallback';
}

/** `ok`, a class of errors, or `cancelled`. */
export function outcomeOf({ error, ms, status }: Attempt): string {
  if (error !== undefined) return error;
  if (ms === undefined) return 'cancelled';
  return status === undefined || status < 400 ? 'ok' : 'refused';
}
