import { BodyBudget } from '../logs/body-budget.ts';
import type { CaptureOptions } from '../logs/capture.ts';
import { logObserver } from '../logs/observer.ts';
import type { Observer } from '../pipeline/outcome.ts';
import { openLog, type LogOptions, type RequestLog } from '../stores/log/open.ts';
import { onOrOff, wholeNumber } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about the request log. */
export interface LogSettings {
  readonly isOn: boolean;
  readonly capture: CaptureOptions;
  /** Bytes of bodies a second that are kept for ever. */
  readonly bodyRate: number;
  readonly store: Pick<LogOptions, 'databaseUrl' | 'retention' | 'spoolBytes'>;
}

const MEBIBYTE = 1024 * 1024;
const DAY = 24 * 3_600_000;

/** Reads the settings of the log; a value that is no number, or out of range, is an error that names its variable. */
export function readLogSettings(env: Environment): LogSettings {
  const url = env['DATABASE_URL'] ?? '';
  return {
    isOn: onOrOff(env, 'LOG_REQUESTS', true),
    capture: {
      bodies: onOrOff(env, 'LOG_BODIES', true),
      bodyLimit: wholeNumber(env, 'LOG_BODY_LIMIT_KB', { fallback: 128, min: 1, max: 16_384 }) * 1024,
      maskedHeaders: new Set(namesIn(env['LOG_MASKED_HEADERS'])),
    },
    bodyRate: wholeNumber(env, 'LOG_BODY_RATE_MB', { fallback: 4, min: 1, max: 1024 * 1024 }) * MEBIBYTE,
    store: {
      databaseUrl: url === '' ? undefined : url,
      retention: {
        age: wholeNumber(env, 'LOG_RETENTION_DAYS', { fallback: 7, min: 1, max: 36_500 }) * DAY,
        bytes: wholeNumber(env, 'LOG_RETENTION_MB', { fallback: 2048, min: 16, max: 1024 * 1024 * 1024 }) * MEBIBYTE,
      },
      spoolBytes: wholeNumber(env, 'LOG_SPOOL_MB', { fallback: 1024, min: 16, max: 1024 * 1024 }) * MEBIBYTE,
    },
  };
}

function namesIn(list = ''): string[] {
  return list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
}

/** The request log of a gateway, and whoever tells it of calls; undefined: it was switched off. */
export interface GatewayLog {
  readonly log: RequestLog | undefined;
  readonly observers: readonly Observer[];
  close(): Promise<void>;
}

/** Milliseconds that the log has at the end to write what came last. */
const PATIENCE = 5000;

/** Opens the request log as the environment describes it. `folder`: of the data; undefined: nothing is kept on disk. */
export function openGatewayLog(env: Environment, folder: string | undefined): GatewayLog {
  const { isOn, capture, bodyRate, store } = readLogSettings(env);
  if (!isOn) return { log: undefined, observers: [], close: async () => undefined };
  const log = openLog({ folder, ...store });
  const budget = new BodyBudget(bodyRate, Date.now);
  return { log, observers: [logObserver((parts) => log.append(parts), { ...capture, budget })], close: () => log.close(PATIENCE) };
}
