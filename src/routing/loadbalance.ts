import type { Handler } from '../pipeline/step.ts';

export interface Weighted {
  readonly handler: Handler;
  /** Share of the calls; 0 is never picked. */
  readonly weight: number;
}

/** Sends each call to one of the handlers, picked at random by weight. `random` gives numbers in [0, 1). */
export function loadbalance(choices: readonly Weighted[], random: () => number): Handler {
  const open = choices.filter(({ weight }) => weight > 0);
  const total = open.reduce((sum, { weight }) => sum + weight, 0);
  return (call) => pick(open, random() * total)(call);
}

function pick(choices: readonly Weighted[], point: number): Handler {
  let left = point;
  for (const { handler, weight } of choices) {
    if (left < weight) return handler;
    left -= weight;
  }
  // Rounding may leave the point just behind the last share.
  return (choices.at(-1) as Weighted).handler;
}
