import type { Client } from 'pg';
import { endClient, postgresClient } from './postgres.ts';

/** Milliseconds between looks at the number itself: they find what notifications missed, and a connection that is dead. */
const PERIOD = 1000;
const ANSWER_TIMEOUT = 2000;
const LONGEST_PAUSE = 1000;

/** Where the number of each change is told. */
export const CHANNEL = 'sluice_records';

export interface Follower {
  /** Makes sure that the database has its tables; rejects while it is away. */
  readonly ready: () => Promise<void>;
  readonly saw: (revision: number) => void;
  /** The database was away, and is back. */
  readonly returned: () => void;
}

/**
 * Follows the number of the last change to records over a connection of its own, and connects again whenever that is lost. The function
 * given back ends it.
 */
export function followPostgres(url: string, follower: Follower): () => Promise<void> {
  const listener = new Listener(url, follower);
  listener.connect();
  return () => listener.close();
}

class Listener {
  readonly #url: string;
  readonly #follower: Follower;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(url: string, follower: Follower) {
    this.#url = url;
    this.#follower = follower;
  }

  connect(): void {
    void this.#open().catch(() => this.#lost());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await endClient(client);
  }

  async #open(): Promise<void> {
    await this.#follower.ready();
    if (this.#isClosed) return;
    const client = await postgresClient(this.#url, ANSWER_TIMEOUT);
    this.#client = client;
    client.on('end', () => this.#client === client && this.#lost());
    client.on('notification', ({ payload }) => this.#follower.saw(Number(payload)));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    await this.#look(client);
    if (this.#failures > 0) this.#follower.returned();
    this.#failures = 0;
  }

  /** Ends, and connects again, where the answer does not come: an error of the query ends the connection or leaves a dead one. */
  async #look(client: Client): Promise<void> {
    if (this.#client !== client) return;
    const { rows } = await client.query<{ revision: number }>('select revision from sluice_revision');
    if (rows[0] !== undefined) this.#follower.saw(rows[0].revision);
    if (this.#client === client) this.#after(PERIOD, () => void this.#look(client).catch(() => this.#lost()));
  }

  #lost(): void {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) void endClient(client);
    if (this.#isClosed) return;
    this.#failures += 1;
    this.#after(Math.min(50 * 2 ** Math.min(this.#failures, 10), LONGEST_PAUSE), () => this.connect());
  }

  #after(milliseconds: number, run: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(run, milliseconds);
    this.#timer.unref();
  }
}
