import { createServer, type Server } from 'node:http';
import type { CacheStore } from '../cache/cache-store.ts';
import type { Limiter } from '../limits/engine.ts';
import type { Health } from '../routing/health.ts';
import type { Traffic } from '../routing/traffic.ts';
import type { RequestLog } from '../stores/log/open.ts';
import type { RedisConnection } from '../stores/redis.ts';
import { expose, EXPOSITION_TYPE } from '../telemetry/exposition.ts';
import { METRICS } from '../telemetry/metrics.ts';
import type { Registry, Sample } from '../telemetry/registry.ts';
import type { TelemetrySettings } from '../telemetry/settings.ts';
import { isSame, strangeness } from './admin/access.ts';
import type { Page } from './app.ts';
import type { CallsUnderWay } from './calls-under-way.ts';
import type { HttpRequest } from './http-port.ts';

/** How many breakers are listed one by one. */
const MOST_BREAKERS = 100;

/** State of the gateway that is read whenever the metrics are scraped. */
interface MetricSources {
  readonly health: Health;
  readonly calls: CallsUnderWay;
  readonly traffic: Traffic;
  /** Undefined: there is none. */
  readonly log: Pick<RequestLog, 'state'> | undefined;
  readonly redis: Pick<RedisConnection, 'isUp'> | undefined;
  readonly cache: { readonly store: Pick<CacheStore, 'kind' | 'size'> };
  readonly limiter: Pick<Limiter, 'refusals'>;
}

export interface MetricsOptions extends MetricSources {
  readonly adminKey: string | undefined;
  /** Where the separate port is opened, if there is one. */
  readonly host: string;
}

/** Serves the metrics as the settings say: as a page of the gateway, or on a separate port. */
export async function openMetrics(registry: Registry, settings: TelemetrySettings, options: MetricsOptions): Promise<OpenMetrics> {
  const { metrics, metricsPort: port } = settings;
  readSources(registry, options);
  const page = metricsPage(registry, { metrics, adminKey: options.adminKey });
  const server = port === undefined ? undefined : await serveMetrics(registry, { host: options.host, port });
  return { pages: metrics === 'off' || port !== undefined ? {} : { '/metrics': page }, close: () => closed(server) };
}

export interface OpenMetrics {
  /** By path. */
  readonly pages: Readonly<Record<string, Page>>;
  close(): Promise<void>;
}

/** Adds what is read from the parts of the gateway. */
function readSources(registry: Registry, { health, calls, traffic, limiter, ...stores }: MetricSources): void {
  readStores(registry, stores);
  registry.read(METRICS.underWay, () => [{ labels: [], value: calls.count }]);
  registry.read(METRICS.refusedRequests, () => [...calls.refusals].map(([code, value]) => ({ labels: [code], value })));
  registry.read(METRICS.breakers, () => breakerCounts(health));
  registry.read(METRICS.breakerOpen, () =>
    health
      .report()
      .slice(0, MOST_BREAKERS)
      .filter(({ openFor }) => openFor > 0)
      .map(({ provider, host = '', key = '', model = '', openFor }) => ({ labels: [provider, host, key, model], value: openFor / 1000 })),
  );
  registry.read(METRICS.limitRefusals, () =>
    limiter.refusals.map(({ limit, kind, isShadow, count }) => ({ labels: [limit, kind, String(isShadow)], value: count })),
  );
  registry.read(METRICS.slots, () => {
    const { inUse, waiting } = traffic.summary();
    return [
      { labels: ['in_use'], value: inUse },
      { labels: ['waiting'], value: waiting },
    ];
  });
}

function readStores(registry: Registry, { log, redis, cache }: Pick<MetricSources, 'log' | 'redis' | 'cache'>): void {
  const single = (value: number, ...labels: readonly string[]): readonly Sample[] => [{ labels, value }];
  if (log !== undefined) {
    registry.read(METRICS.logWaiting, () => single(log.state.waiting));
    registry.read(METRICS.logWritable, () => single(Number(log.state.ok)));
    registry.read(METRICS.logDropped, () => single(log.state.dropped));
  }
  if (redis !== undefined) registry.read(METRICS.storeUp, () => single(Number(redis.isUp), 'redis'));
  // A store across a network is not asked: a scrape must not wait.
  const sizeOf = (member: 'entries' | 'bytes'): readonly Sample[] => {
    const size = cache.store.size();
    return size instanceof Promise ? [] : single(size[member]);
  };
  if (cache.store.kind === 'memory') {
    registry.read(METRICS.cacheEntries, () => sizeOf('entries'));
    registry.read(METRICS.cacheBytes, () => sizeOf('bytes'));
  }
}

function breakerCounts(health: Health): readonly Sample[] {
  const counts = Map.groupBy(health.report(), ({ provider, state }) => `${provider}\n${state}`);
  return [...counts].map(([key, breakers]) => ({ labels: key.split('\n'), value: breakers.length }));
}

type PageSettings = Pick<TelemetrySettings, 'metrics'> & { readonly adminKey: string | undefined };

/** The page that Prometheus scrapes. */
function metricsPage(registry: Registry, { metrics: access, adminKey }: PageSettings): Page {
  return (request) => {
    if (access === 'public' || mayRead(request, adminKey)) return exposed(registry);
    const body = JSON.stringify({ error: { message: REFUSAL, type: 'authentication_error', param: null, code: 'not_admitted' } });
    return { status: 401, type: 'application/json', body };
  };
}

const REFUSAL =
  'The metrics are open to the machine itself and to whoever sends the admin key as Authorization: Bearer. See METRICS in docs/telemetry.md.';

/** Which providers are used, and how they are doing, concerns only the operator. */
function mayRead({ headers, socket, httpVersion }: HttpRequest, adminKey: string | undefined): boolean {
  const key = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? headers['x-sluice-admin-key'];
  if (adminKey !== undefined && typeof key === 'string' && isSame(key, adminKey)) return true;
  return strangeness({ headers, peer: socket.remoteAddress ?? '', httpVersion }) === undefined;
}

function exposed(registry: Registry): ReturnType<Page> {
  return { status: 200, type: EXPOSITION_TYPE, body: expose(registry.snapshot()) };
}

/** Serves `/metrics` to anyone who can reach the port. */
async function serveMetrics(registry: Registry, { host, port }: { readonly host: string; readonly port: number }): Promise<Server> {
  const server = createServer((request, response) => {
    const isAsked = (request.url ?? '').split('?', 1)[0] === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
    const { status, type, body } = isAsked ? exposed(registry) : { status: 404, type: 'text/plain', body: 'There is only /metrics here.\n' };
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  return server;
}

function closed(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (server === undefined) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
