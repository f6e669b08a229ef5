import { Connection, type Address, type Keeper } from './connection.ts';
import type { HttpExchange } from './exchange.ts';

/** Milliseconds for which an idle connection is kept: load balancers close theirs after 60 s and later. */
const LONGEST_IDLE = 55_000;
/** How much earlier than the server says, for what is on its way meanwhile. */
const MARGIN = 1_000;
/** Behind so many milliseconds of rest a connection is looked at once more before it is used. */
const RESTED = 1_000;
/** Idle connections to one origin. */
const MOST_IDLE = 1_024;

/** An idle connection, and since and until when; milliseconds of the pool's clock. */
export interface Resting {
  readonly connection: Connection;
  readonly since: number;
  readonly until: number;
}

/** The connections to one origin. */
export class Pool implements Keeper {
  session: Buffer | undefined;
  readonly #address: Address;
  readonly #now: () => number;
  /** The one used last is used next, so that the others can go. */
  readonly #resting: Resting[] = [];
  readonly #all = new Set<Connection>();

  /** `now`: milliseconds of a clock that does not jump. */
  constructor(address: Address, now: () => number) {
    this.#address = address;
    this.#now = now;
  }

  /** Connections, idle and at work. */
  get size(): number {
    return this.#all.size;
  }

  get idle(): readonly Resting[] {
    return this.#resting;
  }

  /** Sends an exchange's request over an idle connection, or a new one. */
  send(exchange: HttpExchange): void {
    const resting = this.#take();
    if (resting === undefined) this.#all.add(new Connection(this, this.#address, exchange));
    else if (this.#now() - resting.since < RESTED) resting.connection.serve(exchange);
    // The server may have closed it, and the news be waiting to be read: everything that waits is read before an immediate runs.
    else setImmediate(() => this.#sendOver(resting, exchange));
  }

  released(connection: Connection, idleTimeout: number | undefined): void {
    const longest = Math.min(LONGEST_IDLE, (idleTimeout ?? Infinity) - MARGIN);
    if (longest <= 0 || this.#resting.length >= MOST_IDLE) return connection.destroy();
    const since = this.#now();
    this.#resting.push({ connection, since, until: since + longest });
  }

  closed(connection: Connection): void {
    this.#all.delete(connection);
    const index = this.#resting.findIndex((resting) => resting.connection === connection);
    if (index >= 0) this.#resting.splice(index, 1);
  }

  /** Closes connections that have been idle for too long. */
  sweep(): void {
    const now = this.#now();
    for (const { connection } of this.#resting.filter(({ until }) => until <= now)) connection.destroy();
  }

  /** Closes all connections; what is under way fails. */
  close(): void {
    for (const connection of this.#all) connection.fail();
  }

  #take(): Resting | undefined {
    const now = this.#now();
    for (let resting = this.#resting.pop(); resting !== undefined; resting = this.#resting.pop()) {
      if (resting.until > now && resting.connection.isUsable) return resting;
      resting.connection.destroy();
    }
    return undefined;
  }

  #sendOver(resting: Resting, exchange: HttpExchange): void {
    if (!resting.connection.isUsable) {
      if (!exchange.isOver) this.send(exchange);
    } else if (exchange.isOver) this.#resting.push(resting);
    else resting.connection.serve(exchange);
  }
}
