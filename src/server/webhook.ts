import { createHmac, randomUUID } from 'node:crypto';
import { isTrustedHost, parseWebhook } from '../config/custom-host.ts';
import type { Clock } from '../routing/clock.ts';
import { log } from '../telemetry/log.ts';
import type { Transport } from '../transport/port.ts';

export interface PosterOptions {
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly transport: Transport;
  /** Undefined: nothing is signed. */
  readonly secret: string | undefined;
}

/** Posts JSON to a URL and sees to it that it arrives; nobody waits for that. */
export type Post = (url: string, body: string) => void;

export interface Poster {
  readonly post: Post;
  /** Gives up what has not been taken yet, and says so in the log. */
  readonly close: () => void;
}

/** Milliseconds before each try. */
const TRIES = [0, 1_000, 5_000, 30_000, 120_000, 600_000];
const TIMEOUT = 10_000;

/** Posts that are tried again until they are taken, signed as https://www.standardwebhooks.com says: all tries of one have the same id. */
export function poster(options: PosterOptions): Poster {
  /** What is under way, with what stops it. */
  const pending = new Map<Delivery, () => void>();
  const giveUp = (delivery: Delivery): void => {
    pending.delete(delivery);
    log('error', 'a webhook did not take what it should be told', { webhook: new URL(delivery.url).origin, told: delivery.body });
  };
  const deliver = (delivery: Delivery, tries: number): void => {
    const pause = TRIES[tries];
    if (pause === undefined) return giveUp(delivery);
    const send = (): void => {
      const exchange = tell(options, delivery, (isTaken) => {
        if (isTaken) pending.delete(delivery);
        else deliver(delivery, tries + 1);
      });
      pending.set(delivery, exchange);
    };
    pending.set(delivery, options.clock.after(pause, send));
  };
  const close = (): void => {
    for (const [delivery, stop] of pending) {
      stop();
      giveUp(delivery);
    }
  };
  const post: Post = (url, body) => {
    const delivery = { url, body, id: `msg_${randomUUID()}` };
    // What was trusted when it was saved need not be any more, and an address that is no name is not resolved, and so not judged, later.
    if (parseWebhook(url) === undefined) giveUp(delivery);
    else deliver(delivery, 0);
  };
  return { post, close };
}

interface Delivery {
  readonly url: string;
  readonly body: string;
  readonly id: string;
}

/** Tells a webhook, and calls back with whether it took it: what it answers beyond its status is of no interest. Gives what stops that. */
function tell(options: PosterOptions, delivery: Delivery, onDone: (isTaken: boolean) => void): () => void {
  const { origin, pathname, search, hostname } = new URL(delivery.url);
  const { transport, clock } = options;
  let isTaken = false;
  const done = (): void => {
    stopClock();
    onDone(isTaken);
  };
  const request = {
    origin,
    path: pathname + search,
    method: 'POST',
    headers: ['content-type', 'application/json', 'user-agent', 'sluice', ...signature(options, delivery)],
    body: delivery.body,
    guarded: !isTrustedHost(hostname),
  };
  const exchange = transport(request, {
    head: ({ status }) => void (isTaken = status >= 200 && status < 300),
    data: () => true,
    end: done,
    fail: done,
  });
  const stopClock = clock.after(TIMEOUT, () => {
    exchange.abort();
    onDone(false);
  });
  return () => {
    stopClock();
    exchange.abort();
  };
}

function signature({ clock, secret }: PosterOptions, { id, body }: Delivery): readonly string[] {
  const seconds = String(Math.floor(clock.now() / 1000));
  const named = ['webhook-id', id, 'webhook-timestamp', seconds];
  if (secret === undefined) return named;
  const digest = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return [...named, 'webhook-signature', `v1,${digest}`];
}

/** Libraries for such webhooks spell a key in base64 behind a prefix. */
const PREFIX = 'whsec_';

function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret);
}
