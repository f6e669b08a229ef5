import type { Redis } from 'ioredis';
import { log } from '../telemetry/log.ts';

/** A connection to Redis that comes back by itself. */
export interface RedisConnection {
  /**
   * Keys get the prefix by themselves, channels and patterns do not. While Redis is down commands reject at once; one that gets no answer
   * rejects within a second. None is sent twice.
   */
  readonly client: Redis;
  /** What all keys of this gateway begin with. */
  readonly prefix: string;
  readonly isUp: boolean;
  /** Calls back whenever it comes up; the function given back ends that. */
  onUp(callback: () => void): () => void;
  /** Calls back whenever it goes down. */
  onDown(callback: () => void): () => void;
  close(): Promise<void>;
}

export interface RedisOptions {
  /** By default `sluice:`. Gateways that share nothing but the server have different ones. */
  readonly prefix?: string | undefined;
}

const COMMAND_TIMEOUT = 1000;
/** For a server that keeps its connections and says nothing: they are given up and made anew. */
const SILENCE = 3000;
const CONNECT_TIMEOUT = 2000;
const LONGEST_PAUSE = 1000;

/** Connects to Redis without waiting for it. */
export async function openRedis(url: string, { prefix = 'sluice:' }: RedisOptions = {}): Promise<RedisConnection> {
  // By its default export: where it is bundled the module has no other.
  const { default: ioredis } = await import('ioredis');
  const client = new ioredis.Redis(url, {
    keyPrefix: prefix,
    connectionName: 'sluice',
    commandTimeout: COMMAND_TIMEOUT,
    socketTimeout: SILENCE,
    connectTimeout: CONNECT_TIMEOUT,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // What was sent may have been done: only its sender knows whether that may happen twice.
    autoResendUnfulfilledCommands: false,
    retryStrategy: pauseBefore,
    // After a failover the old master only reads.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  return new Connection(client, prefix);
}

/** Milliseconds before the n-th try to connect again. */
function pauseBefore(tries: number): number {
  return Math.min(25 * 2 ** Math.min(tries, 10), LONGEST_PAUSE) * (0.75 + Math.random() / 4);
}

class Connection implements RedisConnection {
  readonly client: Redis;
  readonly prefix: string;
  readonly #up = new Set<() => void>();
  readonly #down = new Set<() => void>();
  #isUp = false;
  #reason: string | undefined;

  constructor(client: Redis, prefix: string) {
    this.client = client;
    this.prefix = prefix;
    // An error that nobody listens to ends the process.
    client.on('error', (error: Error) => this.#failed(error));
    client.on('ready', () => this.#changed(true));
    client.on('close', () => this.#changed(false));
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  onUp(callback: () => void): () => void {
    return listen(this.#up, callback);
  }

  onDown(callback: () => void): () => void {
    return listen(this.#down, callback);
  }

  async close(): Promise<void> {
    this.#up.clear();
    this.#down.clear();
    this.#reason = 'closed';
    this.#isUp = false;
    this.client.disconnect();
  }

  #changed(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    if (isUp) {
      if (this.#reason !== undefined) log('info', 'Redis is back');
      this.#reason = undefined;
    } else this.#failed(new Error('the connection was lost'));
    for (const callback of isUp ? this.#up : this.#down) callback();
  }

  /** Says it once, not with every try. */
  #failed({ message }: Error): void {
    if (this.#reason !== undefined) return;
    this.#reason = message;
    log('warn', 'Redis cannot be reached; still trying', { reason: message });
  }
}

function listen(callbacks: Set<() => void>, callback: () => void): () => void {
  const own = (): void => callback();
  callbacks.add(own);
  return () => void callbacks.delete(own);
}
