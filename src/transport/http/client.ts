import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Exchange, Receiver } from '../port.ts';
import type { Address } from './connection.ts';
import { HttpExchange } from './exchange.ts';
import { Pool } from './pool.ts';
import { publicLookup } from './public-lookup.ts';
import { BadHead } from './header-lines.ts';
import { writeRequestHead, type WholeRequest } from './request-head.ts';

/** Milliseconds between looks for connections that have been idle for too long. */
const SWEEP = 1_000;
/** Idle connections to all origins together: callers can name any number of hosts. */
const MOST_IDLE = 4_096;

interface Origin {
  readonly pool: Pool;
  /** What the host header says. */
  readonly host: string;
}

/** Sends whole requests over HTTP/1.1. Redirects are not followed, and nothing is sent twice. */
export class HttpClient {
  readonly #origins = new Map<string, Origin>();
  readonly #mostIdle: number;
  readonly #sweeper: NodeJS.Timeout;
  #secureContext: SecureContext | undefined;

  /** `mostIdle`: so many connections may be idle for longer than a second. */
  constructor(mostIdle: number = MOST_IDLE) {
    this.#mostIdle = mostIdle;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP);
    this.#sweeper.unref();
  }

  send(request: WholeRequest, receiver: Receiver): Exchange {
    try {
      const { pool, host } = this.#originOf(request);
      const { method, body } = request;
      const size = body === null ? 0 : Buffer.byteLength(body);
      const exchange = new HttpExchange(receiver, { method, head: writeRequestHead(request, host, size), body });
      pool.send(exchange);
      return exchange;
    } catch (cause) {
      return refused(receiver, cause);
    }
  }

  close(): void {
    clearInterval(this.#sweeper);
    for (const { pool } of this.#origins.values()) pool.close();
    this.#origins.clear();
  }

  /** Pools are kept apart by the guard: a connection that was made without it must not serve a guarded request. */
  #originOf({ origin: url, guarded }: WholeRequest): Origin {
    const key = guarded ? `guarded ${url}` : url;
    let origin = this.#origins.get(key);
    if (origin === undefined) this.#origins.set(key, (origin = this.#newOrigin(url, guarded)));
    return origin;
  }

  #newOrigin(text: string, guarded: boolean): Origin {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !PORTS.has(url.protocol)) throw new BadHead('the origin is no http(s) URL');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const address: Address = {
      host,
      port: Number(url.port) || (PORTS.get(url.protocol) as number),
      tls: url.protocol === 'https:' ? (this.#secureContext ??= createSecureContext()) : undefined,
      serverName: isIP(host) === 0 ? host : undefined,
      lookup: guarded ? publicLookup : undefined,
    };
    return { pool: new Pool(address, () => performance.now()), host: url.host };
  }

  #sweep(): void {
    for (const { pool } of this.#origins.values()) pool.sweep();
    this.#closeBeyond(this.#mostIdle);
    for (const [key, { pool }] of this.#origins) if (pool.size === 0) this.#origins.delete(key);
  }

  /** Closes the connections that have been idle for longest, so that so many are left. */
  #closeBeyond(most: number): void {
    let idle = 0;
    for (const { pool } of this.#origins.values()) idle += pool.idle.length;
    if (idle <= most) return;
    const all = [...this.#origins.values()].flatMap(({ pool }) => pool.idle);
    for (const { connection } of all.toSorted((one, other) => one.since - other.since).slice(0, idle - most)) connection.destroy();
  }
}

const PORTS: ReadonlyMap<string, number> = new Map([
  ['http:', 80],
  ['https:', 443],
]);

/** An exchange that never began; its receiver hears of it when the caller has it in hand. */
function refused(receiver: Receiver, cause: unknown): Exchange {
  const exchange = new HttpExchange(receiver, { method: '', head: '', body: null });
  process.nextTick(() => exchange.fail(cause));
  return exchange;
}
