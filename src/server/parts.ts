import type { ModelPrices } from '../config/price.ts';
import type { Environment } from '../environment.ts';
import { PriceBook } from '../models/price-book.ts';
import { Cache } from '../pipeline/cache.ts';
import { PROVIDERS } from '../providers/index.ts';
import type { Clock } from '../routing/clock.ts';
import { Health } from '../routing/health.ts';
import { Traffic } from '../routing/traffic.ts';
import { openCache } from '../stores/cache/open.ts';
import { openStores, type Stores } from '../stores/open.ts';
import { isForPeople, log } from '../telemetry/log.ts';
import { readTelemetrySettings, type TelemetrySettings } from '../telemetry/settings.ts';
import { openTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { createHttpTransport } from '../transport/http.ts';
import { withMock } from '../transport/mock.ts';
import type { Transport } from '../transport/port.ts';
import { closeTogether } from './close-together.ts';
import { openLimits, type OpenLimits } from './limits.ts';
import { openGatewayLog, type GatewayLog } from './request-log.ts';
import { openSaved, type SavedState } from './saved.ts';
import type { Settings } from './settings.ts';

/** What a gateway is made of, beside the gateway itself and its listener. */
export interface Parts {
  readonly clock: Clock;
  readonly telemetrySettings: TelemetrySettings;
  readonly telemetry: Telemetry;
  readonly stores: Stores;
  readonly saved: SavedState;
  readonly limits: OpenLimits;
  readonly requestLog: GatewayLog;
  readonly prices: PriceBook;
  readonly cache: Cache;
  readonly health: Health;
  readonly traffic: Traffic;
  /** Reaches providers, the built-in one among them. */
  readonly transport: Transport;
  /** Sends what is still to be sent, and closes everything. */
  close(): Promise<void>;
}

export interface PartsOptions {
  /** The environment as the process was given it, and complemented by the settings of the config file. */
  readonly given: Environment;
  readonly env: Environment;
  readonly settings: Settings;
  readonly clock: Clock;
}

/** Milliseconds for what is still to be sent, and for letting go. What the log could not write by then waits in its spool. */
const PATIENCE = { before: 5_000, behind: 2_000 } as const;

/** Opens the parts of a gateway, in the order in which they need each other. */
export async function openParts({ given, env, settings, clock }: PartsOptions): Promise<Parts> {
  const telemetrySettings = readTelemetrySettings(env, isForPeople());
  const telemetry = openTelemetry(telemetrySettings, PROVIDERS);
  const stores = await openStores({ env, now: clock.now, responsesLimit: settings.responsesLimit });
  const { prices, onPrices } = openPrices(clock.now, settings.modelPrices);
  const cache = new Cache({ ...openCache(stores, settings.cache, clock.now), clock });
  const saved = await openSaved({ store: stores.records, secrets: stores.secrets, clock, onPrices }, given);
  const http = createHttpTransport(env);
  const limits = openLimits({ stores, directory: saved.directory, prices, clock, transport: http, settings });
  const requestLog = openGatewayLog(env, stores.folder);
  const transport = withMock(http, settings.faults ? clock : undefined);
  const close = async (): Promise<void> => {
    await closeTogether({ telemetry, requestLog, saved, limits }, PATIENCE.before);
    // What those had still to tell went through these.
    await closeTogether({ http, stores }, PATIENCE.behind);
  };
  const memory = { health: new Health(clock), traffic: new Traffic(clock) };
  return { ...memory, clock, telemetrySettings, telemetry, stores, saved, limits, requestLog, prices, cache, transport, close };
}

interface OpenPrices {
  readonly prices: PriceBook;
  /** Takes in the prices of the config file, behind those of the environment. */
  readonly onPrices: (filed: ModelPrices) => void;
}

function openPrices(now: () => number, first: ModelPrices): OpenPrices {
  const prices = new PriceBook(now, ({ id }, model) => log('warn', 'the price of a model is unknown', { provider: id, model }));
  const onPrices = (filed: ModelPrices): void => prices.override({ ...filed, ...first });
  onPrices({});
  return { prices, onPrices };
}
