import type { ModelPrices } from '../config/price.ts';
import { PROVIDERS } from '../providers/index.ts';
import { GatewayError } from '../errors.ts';
import { createGateway } from '../gateway.ts';
import { systemClock, type Clock } from '../routing/clock.ts';
import { Health } from '../routing/health.ts';
import { Traffic } from '../routing/traffic.ts';
import { openStores } from '../stores/open.ts';
import { openCache } from '../stores/cache/open.ts';
import { Cache } from '../pipeline/cache.ts';
import { PriceBook } from '../models/price-book.ts';
import { isForPeople, log, print } from '../telemetry/log.ts';
import { readTelemetrySettings } from '../telemetry/settings.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { createHttpTransport } from '../transport/http.ts';
import { withMock } from '../transport/mock.ts';
import { VERSION } from '../version.ts';
import { adminDoor } from './admin/door.ts';
import { createApp, type Page } from './app.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { landingPage } from './landing.ts';
import { openLimits } from './limits.ts';
import { listen } from './listener.ts';
import { openMetrics } from './metrics.ts';
import { modelOffers } from './model-offers.ts';
import { readinessPage } from './readiness.ts';
import { openGatewayLog } from './request-log.ts';
import { openSaved, withConfigFile } from './saved.ts';
import { readSettings } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A gateway that serves. */
export interface OpenGateway {
  readonly url: string;
  /** Whether calls need one of its API keys. */
  readonly asksForKeys: boolean;
  /** Answers 503 at `/readyz`, takes no new connections, lets calls under way finish as long as it may, and tells the others. */
  close(): Promise<void>;
}

/** Opens a gateway as the environment describes it. */
export async function openGateway(given: Environment, clock: Clock = systemClock): Promise<OpenGateway> {
  const env = await withConfigFile(given);
  const settings = readSettings(env);
  const transport = createHttpTransport();
  const { faults, ambientCredentials, adminKey, requireApiKey: isRequired } = settings;
  const telemetrySettings = readTelemetrySettings(env, isForPeople());
  const telemetry = openTelemetry(telemetrySettings, PROVIDERS);
  const health = new Health(clock);
  const stores = await openStores({ env, now: clock.now, responsesLimit: settings.responsesLimit });
  const { prices, onPrices } = openPrices(clock.now, settings.modelPrices);
  const opened = openCache(stores, settings.cache, clock.now);
  const world = {
    transport: withMock(transport, faults ? clock : undefined),
    clock,
    health,
    traffic: new Traffic(clock),
    responses: stores.responses,
    prices,
    cache: new Cache({ ...opened, clock }),
    propagate: telemetry.propagate,
  };
  const saved = await openSaved({ store: stores.records, secrets: stores.secrets, clock, onPrices }, given);
  const { directory } = saved;
  const limits = openLimits({ stores, directory, prices, clock, transport, settings });
  const access = { directory, isRequired, adminKey, now: clock.now, pages: settings.keylessPages };
  const requestLog = openGatewayLog(env, stores.folder);
  const observers = [...telemetry.observers, ...requestLog.observers];
  const gateway = createGateway({ ...world, access, faults, ambientCredentials, observers, limits: limits.limits, offers: modelOffers(directory) });
  const calls = new CallsUnderWay(settings.maxCalls);
  const sources = { ...world, calls, limiter: limits.limiter, log: requestLog.log, redis: stores.redis, adminKey, host: settings.host };
  const metrics = await openMetrics(telemetry.registry, telemetrySettings, sources);
  const startedAt = clock.now();
  let isDraining = false;
  const pages = { ...pagesOf(env), ...metrics.pages, '/readyz': readinessPage({ health, calls, clock, isDraining: () => isDraining }) };
  const admin = adminDoor(() => ({
    ...world,
    directory,
    gateway,
    calls,
    adminKey,
    startedAt,
    isKeyRequired: isRequired,
    file: saved.file,
    store: stores.records,
    secrets: stores.secrets,
    log: requestLog.log,
    isDraining: () => isDraining,
    limits,
    hasVariable: (name) => (env[name] ?? '') !== '',
    stores: () => stores.status(),
  }));
  const listener = await listen(createApp({ settings, gateway, calls, pages, admin }), settings);
  const close = async (): Promise<void> => {
    isDraining = true;
    await listener.drain({ delay: settings.preDrainDelay, timeout: settings.drainTimeout, giveUp: () => calls.giveUp(leaving()) });
    for (const part of [metrics, telemetry, transport, requestLog, saved, limits, stores]) await part.close();
  };
  return { url: listener.url, asksForKeys: isRequired, close };
}

interface OpenPrices {
  readonly prices: PriceBook;
  /** Takes in the prices of the config file, behind those of the environment. */
  readonly onPrices: (filed: ModelPrices) => void;
}

function openPrices(now: () => number, first: ModelPrices): OpenPrices {
  const prices = new PriceBook(now, ({ id }, model) => log('warn', 'nobody knows what a model costs', { provider: id, model }));
  const onPrices = (filed: ModelPrices): void => prices.override({ ...filed, ...first });
  onPrices({});
  return { prices, onPrices };
}

/** What calls end with that do not come to their end in time. */
function leaving(): GatewayError {
  return new GatewayError('shutting_down', 'The gateway is shutting down and could not finish the answer.');
}

/** Opens a gateway, says so on standard output, and serves until SIGINT or SIGTERM; then finishes what is under way. */
export async function startServer(env: Environment): Promise<void> {
  const gateway = await openGateway(env);
  print(banner(gateway, env));
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) return;
    isStopping = true;
    log('info', `${signal}: finishing what is under way`);
    void gateway.close().then(() => process.exit(0));
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}

function pagesOf(env: Environment): Readonly<Record<string, Page>> {
  return {
    '/': (request) => {
      const page = landingPage({ version: VERSION, baseUrl: `http://${request.headers.host ?? 'localhost'}`, providers: providersSeen(env) });
      const isBrowser = request.headers.accept?.includes('text/html') === true;
      return { status: 200, type: isBrowser ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8', body: isBrowser ? page.html : page.text };
    },
    '/livez': () => ({ status: 200, type: 'application/json', body: JSON.stringify({ status: 'ok' }) }),
  };
}

interface ProviderSeen {
  readonly id: string;
  readonly name: string;
  /** The environment holds a key for it under its usual name. */
  readonly hasKey: boolean;
}

function providersSeen(env: Environment): readonly ProviderSeen[] {
  return PROVIDERS.map(({ id, name, keyVariable }) => ({ id, name, hasKey: keyVariable !== undefined && (env[keyVariable] ?? '') !== '' }));
}

/** The block that a person reads when the gateway has started. */
function banner({ url, asksForKeys }: OpenGateway, env: Environment): string {
  const found = providersSeen(env).filter(({ hasKey }) => hasKey);
  const keys =
    found.length === 0 ? 'no provider keys (send one with each request, or try the built-in provider mock)' : found.map(({ id }) => id).join(', ');
  return `
  Sluice ${VERSION} is ready

    URL          ${url}
    Console      ${url}/console/
    Health       ${url}/livez  ${url}/readyz
    Providers    ${PROVIDERS.length} known; keys in the environment: ${keys}

${asksForKeys ? makeKey(url) : tryIt(url)}`;
}

function tryIt(url: string): string {
  return `  Try it, no key needed:

    curl ${url}/v1/chat/completions -H 'x-portkey-provider: mock' -H 'content-type: application/json' \\
      -d '{"model": "mock", "messages": [{"role": "user", "content": "Hello!"}]}'
`;
}

function makeKey(url: string): string {
  return `  Calls need an API key. Make one on this machine, or from elsewhere with -H "Authorization: Bearer $SLUICE_ADMIN_KEY":

    curl ${url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]')}/admin/v1/api-keys -H 'content-type: application/json' -d '{"name": "my application"}'
`;
}
