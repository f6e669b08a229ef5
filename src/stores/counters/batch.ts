import type { Claim, CounterStore, Grant } from './counter-store.ts';

/** Claims that are answered at once. */
const MOST = 500;

interface Asked {
  readonly claim: Claim;
  readonly resolve: (grant: Grant) => void;
  readonly reject: (error: unknown) => void;
}

/** A store of which all that is asked in one turn is asked together. */
export function batched(store: CounterStore): CounterStore {
  let waiting: Asked[] = [];
  const send = (): void => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += MOST) void answer(store, all.slice(from, from + MOST));
  };
  const ask = (claim: Claim): Promise<Grant> =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(() => queueMicrotask(send));
      waiting.push({ claim, resolve, reject });
    });
  return {
    exchange: (claims) => Promise.all(claims.map(ask)),
    read: (prefix) => store.read(prefix),
    reset: (prefix, at) => store.reset(prefix, at),
    mark: (mark) => store.mark(mark),
    prune: (ended, most) => store.prune(ended, most),
  };
}

async function answer(store: CounterStore, asked: readonly Asked[]): Promise<void> {
  try {
    const grants = await store.exchange(asked.map(({ claim }) => claim));
    for (const [index, { resolve }] of asked.entries()) resolve(grants[index] as Grant);
  } catch (error) {
    for (const { reject } of asked) reject(error);
  }
}
