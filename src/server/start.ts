import type { Environment } from '../environment.ts';
import { GatewayError } from '../errors.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { systemClock, type Clock } from '../routing/clock.ts';
import { log, print } from '../telemetry/log.ts';
import { adminDoor } from './admin/door.ts';
import type { AdminWorld } from './admin/world.ts';
import { createApp } from './app.ts';
import { banner } from './banner.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { frontPages } from './front-pages.ts';
import { listen } from './listener.ts';
import { openMetrics } from './metrics.ts';
import { modelOffers } from './model-offers.ts';
import { openParts, type Parts } from './parts.ts';
import { readinessPage } from './readiness.ts';
import { withConfigFile } from './saved.ts';
import { readSettings, type Settings } from './settings.ts';

/** A running gateway. */
export interface OpenGateway {
  readonly url: string;
  /** Whether calls need one of its API keys. */
  readonly asksForKeys: boolean;
  /** Whether its admin interface needs the admin key. */
  readonly hasAdminKey: boolean;
  /** Answers 503 at `/readyz`, takes no new connections, lets calls under way finish in the time allowed, and gives up the others with an error. */
  close(): Promise<void>;
}

/** Opens a gateway as the environment configures it. */
export async function openGateway(given: Environment, clock: Clock = systemClock): Promise<OpenGateway> {
  const env = await withConfigFile(given);
  const settings = readSettings(env);
  const parts = await openParts({ given, env, settings, clock });
  const gateway = gatewayOf(parts, settings);
  const calls = new CallsUnderWay(settings.maxCalls);
  const metrics = await openMetrics(parts.telemetry.registry, parts.telemetrySettings, metricSources(parts, calls, settings));
  let isDraining = false;
  const state = { gateway, calls, startedAt: clock.now(), isDraining: () => isDraining };
  const pages = { ...frontPages(env), ...metrics.pages, '/readyz': readinessPage({ ...parts, ...state }) };
  const admin = adminDoor(() => ({ ...adminParts(parts, settings), ...state, hasVariable: (name) => (env[name] ?? '') !== '' }));
  const listener = await listen(createApp({ settings, gateway, calls, pages, admin }), settings);
  const close = async (): Promise<void> => {
    isDraining = true;
    await listener.drain({ delay: settings.preDrainDelay, timeout: settings.drainTimeout, giveUp: () => calls.giveUp(leaving()) });
    await metrics.close();
    await parts.close();
  };
  return { url: listener.url, asksForKeys: settings.requireApiKey, hasAdminKey: settings.adminKey !== undefined, close };
}

function gatewayOf(parts: Parts, settings: Settings): Gateway {
  const { clock, health, traffic, prices, cache, transport, stores, limits, telemetry, requestLog } = parts;
  const { directory } = parts.saved;
  const { faults, ambientCredentials, adminKey, requireApiKey: isRequired, keylessPages: pages } = settings;
  return createGateway({
    clock,
    health,
    traffic,
    prices,
    cache,
    transport,
    responses: stores.responses,
    propagate: telemetry.propagate,
    access: { directory, isRequired, adminKey, now: clock.now, pages },
    faults,
    ambientCredentials,
    observers: [...telemetry.observers, ...requestLog.observers],
    limits: limits.limits,
    offers: modelOffers(directory),
  });
}

function metricSources({ health, traffic, cache, limits, requestLog, stores }: Parts, calls: CallsUnderWay, { adminKey, host }: Settings) {
  return { health, traffic, cache, calls, limiter: limits.limiter, log: requestLog.log, redis: stores.redis, adminKey, host };
}

type AdminParts = Omit<AdminWorld, 'gateway' | 'calls' | 'startedAt' | 'isDraining' | 'hasVariable'>;

function adminParts(parts: Parts, { adminKey, requireApiKey }: Settings): AdminParts {
  const { clock, health, cache, limits, prices, requestLog, saved, stores } = parts;
  return {
    clock,
    health,
    cache,
    limits,
    prices,
    log: requestLog.log,
    directory: saved.directory,
    file: saved.file,
    store: stores.records,
    secrets: stores.secrets,
    stores: () => stores.status(),
    adminKey,
    isKeyRequired: requireApiKey,
  };
}

/** The error of calls that do not finish in time. */
function leaving(): GatewayError {
  return new GatewayError('shutting_down', 'The gateway is shutting down and could not finish the answer.');
}

/** Milliseconds in which a second signal is the same wish, brought by another process of the group, and not somebody who will not wait. */
const ECHO = 500;

/** Opens a gateway, says so on standard output, and serves until SIGINT or SIGTERM; then finishes what is under way, unless a second signal comes. */
export async function startServer(env: Environment): Promise<void> {
  const gateway = await openGateway(env);
  print(banner(gateway, env));
  let stoppedAt: number | undefined;
  const stop = (signal: string): void => {
    if (stoppedAt !== undefined) {
      if (performance.now() - stoppedAt > ECHO) process.exit(1);
      return;
    }
    stoppedAt = performance.now();
    log('info', `${signal}: finishing the calls under way`);
    void gateway.close().then(() => process.exit(0));
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}
