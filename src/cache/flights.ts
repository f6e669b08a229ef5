import { GatewayError } from '../errors.ts';
import type { CacheEntry } from './entry.ts';

/** Milliseconds that anybody waits for another one's answer; it goes on, but who waited asks for an own one. */
const LONGEST_WAIT = 120_000;

/** Runs something after this many milliseconds; the returned function cancels it. */
type After = (milliseconds: number, run: () => void) => () => void;

interface Place {
  flight: Flight | undefined;
}

/** The answers that are being made now, by key: whoever asks the same in the meantime waits for the one instead of asking too. */
export class Flights {
  /** In places that are emptied: tables that a Map has grown out of keep what was in them until a full collection. */
  readonly #places = new Map<string, Place>();
  readonly #after: After;

  constructor(after: After) {
    this.#after = after;
  }

  find(key: string): Flight | undefined {
    return this.#places.get(key)?.flight;
  }

  /** A call sets out to make an answer. `signal`: of its client. */
  begin(key: string, signal: AbortSignal): Flight {
    const place: Place = { flight: undefined };
    const onOver = (): void => {
      place.flight = undefined;
      if (this.#places.get(key) === place) this.#places.delete(key);
    };
    this.#places.set(key, place);
    return (place.flight = new Flight(signal, onOver, this.#after));
  }
}

/** An answer that is being made for the one who leads, and perhaps for others. It is cancelled when the last of them has left. */
export class Flight {
  readonly #aborter = new AbortController();
  readonly #onOver: () => void;
  readonly #after: After;
  readonly #landed = Promise.withResolvers<CacheEntry | undefined>();
  #followers = 0;
  #hasLeaderLeft = false;
  #isPaid = false;
  /** Sees to it that the answer goes on being read without its leader. */
  #takeOver: (() => void) | undefined;

  constructor(leader: AbortSignal, onOver: () => void, after: After) {
    this.#onOver = onOver;
    this.#after = after;
    if (leader.aborted) this.#leaderLeft(leader.reason);
    else leader.addEventListener('abort', () => this.#leaderLeft(leader.reason), { once: true });
  }

  /** Aborts when nobody waits any more. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  get hasFollowers(): boolean {
    return this.#followers > 0;
  }

  /** Whether whoever asks is to pay for the answer: the first one who got it after its leader had left. */
  takeBill(): boolean {
    const isOpen = this.#hasLeaderLeft && !this.#isPaid;
    this.#isPaid ||= isOpen;
    return isOpen;
  }

  /** What is to happen when the leader leaves and others wait on. */
  onLeaderLeft(takeOver: () => void): void {
    this.#takeOver = takeOver;
    if (this.#hasLeaderLeft && this.hasFollowers) takeOver();
  }

  /** It is over: with an entry for those who wait, or without one, and they have to see for themselves. */
  land(entry: CacheEntry | undefined): void {
    this.#onOver();
    this.#landed.resolve(entry);
  }

  /** Waits for the entry; undefined: there is none. Rejects when the follower's own client leaves. */
  async follow(signal: AbortSignal): Promise<CacheEntry | undefined> {
    this.#followers++;
    const left = Promise.withResolvers<never>();
    const onAbort = (): void => left.reject(leavingOf(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const takeBack = this.#after(LONGEST_WAIT, () => this.land(undefined));
    try {
      return await Promise.race([this.#landed.promise, left.promise]);
    } finally {
      takeBack();
      signal.removeEventListener('abort', onAbort);
      this.#followers--;
      if (this.#hasLeaderLeft && this.#followers === 0) this.#cancel(signal.reason);
    }
  }

  #leaderLeft(reason: unknown): void {
    this.#hasLeaderLeft = true;
    if (this.hasFollowers) this.#takeOver?.();
    else this.#cancel(reason);
  }

  #cancel(reason: unknown): void {
    this.land(undefined);
    this.#aborter.abort(reason);
  }
}

function leavingOf({ reason }: AbortSignal): GatewayError {
  return reason instanceof GatewayError ? reason : new GatewayError('client_closed', 'The client closed the connection before the answer.');
}
