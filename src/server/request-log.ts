import { switchIn, textIn, wholeNumberIn, type Environment } from '../environment.ts';
import { BodyBudget } from '../logs/body-budget.ts';
import type { CaptureOptions } from '../logs/capture.ts';
import { logObserver } from '../logs/observer.ts';
import type { Observer } from '../pipeline/outcome.ts';
import type { Call } from '../pipeline/step.ts';
import { troubleOfCalls } from '../telemetry/log.ts';
import { openLog, type LogOptions, type RequestLog } from '../stores/log/open.ts';

/** What the environment says about the request log. */
export interface LogSettings {
  readonly isOn: boolean;
  readonly capture: CaptureOptions;
  /** Bytes of bodies per second that are kept in the long run. */
  readonly bodyRate: number;
  readonly store: Pick<LogOptions, 'databaseUrl' | 'retention' | 'spoolBytes'>;
}

const MEBIBYTE = 1024 * 1024;
const DAY = 24 * 3_600_000;

/** Reads the settings of the log; an invalid value is an error that names its variable. */
export function readLogSettings(env: Environment): LogSettings {
  return {
    isOn: switchIn(env, 'LOG_REQUESTS', true),
    capture: {
      bodies: switchIn(env, 'LOG_BODIES', true),
      bodyLimit: (wholeNumberIn(env, 'LOG_BODY_LIMIT_KB', { min: 1, max: 16_384 }) ?? 128) * 1024,
      maskedHeaders: new Set(namesIn(env['LOG_MASKED_HEADERS'])),
    },
    bodyRate: (wholeNumberIn(env, 'LOG_BODY_RATE_MB', { min: 1, max: 1024 * 1024 }) ?? 4) * MEBIBYTE,
    store: {
      databaseUrl: textIn(env, 'DATABASE_URL'),
      retention: {
        age: (wholeNumberIn(env, 'LOG_RETENTION_DAYS', { min: 1, max: 36_500 }) ?? 7) * DAY,
        bytes: (wholeNumberIn(env, 'LOG_RETENTION_MB', { min: 16, max: 1024 * 1024 * 1024 }) ?? 2048) * MEBIBYTE,
      },
      spoolBytes: (wholeNumberIn(env, 'LOG_SPOOL_MB', { min: 16, max: 1024 * 1024 }) ?? 1024) * MEBIBYTE,
    },
  };
}

function namesIn(list = ''): string[] {
  return list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
}

/** The request log of a gateway, and the observers that feed it; undefined: it is switched off. */
export interface GatewayLog {
  readonly log: RequestLog | undefined;
  readonly observers: readonly Observer[];
  close(): Promise<void>;
}

/** Milliseconds that the log gets at the end to write the latest calls. */
const PATIENCE = 5000;

const leftOut = troubleOfCalls('a call is left out of the request log');

/** Opens the request log as the environment configures it. `folder`: of the data; undefined: nothing is kept on disk. */
export function openGatewayLog(env: Environment, folder: string | undefined): GatewayLog {
  const { isOn, capture, bodyRate, store } = readLogSettings(env);
  if (!isOn) return { log: undefined, observers: [], close: async () => undefined };
  const log = openLog({ folder, ...store });
  const budget = new BodyBudget(bodyRate, Date.now);
  const taker = { append: log.append, flush: log.flush, failed: ({ id }: Call, cause: unknown) => leftOut({ call: id, cause }) };
  return { log, observers: [logObserver(taker, { ...capture, budget })], close: () => log.close(PATIENCE) };
}
