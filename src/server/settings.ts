import { readFileSync } from 'node:fs';
import { parseModelPrices, type ModelPrices } from '../config/price.ts';
import type { CacheSettings } from '../stores/cache/open.ts';
/** What the environment says about the server. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Largest request body that is taken in, in bytes. */
  readonly bodyLimit: number;
  /** Calls that may be under way at once. */
  readonly maxCalls: number;
  /** Milliseconds that calls under way get to finish after SIGTERM. */
  readonly drainTimeout: number;
  /** Milliseconds between SIGTERM and that, in which it serves on but says at `/readyz` that it is leaving. */
  readonly preDrainDelay: number;
  readonly cors: CorsSettings | undefined;
  /** Memory for responses that are kept, in bytes. */
  readonly responsesLimit: number;
  /** What models cost, instead of what the price list says. */
  readonly modelPrices: ModelPrices;
  /** Where cached answers are kept. */
  readonly cache: CacheSettings;
  /** Whether configs and models may rehearse faults. */
  readonly faults: boolean;
  /** Whether callers' configs may go by the identity of the machine that the gateway runs on. */
  readonly ambientCredentials: boolean;
  /** Whether calls without one of the gateway's own API keys are refused: by default where others than this machine can call. */
  readonly requireApiKey: boolean;
  /** What becomes of calls whose limits cannot be checked, while their store is out of reach. */
  readonly onStoreError: { readonly budgets: 'open' | 'closed'; readonly rates: 'open' | 'closed' };
  /** Whether budgets refuse calls whose price nobody knows, where they do not say. */
  readonly refuseUnpriced: boolean;
  /** Where alerts of budgets are sent; undefined: they are only logged. */
  readonly alertWebhook: string | undefined;
  /** Origins of the pages that may use what is saved without a key; undefined: calls need keys, or the operator lets anybody in. */
  readonly keylessPages: readonly string[] | undefined;
  /** The key of whoever administers the gateway. */
  readonly adminKey: string | undefined;
}

export interface CorsSettings {
  /** `*` or a list of origins. */
  readonly origins: readonly string[];
  readonly methods: string;
  /** Undefined: whatever the browser asks for. */
  readonly headers: string | undefined;
  readonly exposed: string;
}

const MEBIBYTE = 1024 * 1024;

/** Reads the settings; a value that is no number, or out of range, is an error that names its variable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port: wholeNumber(env, 'PORT', { fallback: 8787, min: 0, max: 65_535 }),
    bodyLimit: wholeNumber(env, 'BODY_LIMIT_MB', { fallback: 64, min: 1, max: 4096 }) * MEBIBYTE,
    maxCalls: wholeNumber(env, 'MAX_CONCURRENT_CALLS', { fallback: 10_000, min: 1, max: 1_000_000 }),
    drainTimeout: wholeNumber(env, 'DRAIN_TIMEOUT', { fallback: 30, min: 0, max: 3600 }) * 1000,
    preDrainDelay: wholeNumber(env, 'PRE_DRAIN_DELAY', { fallback: 0, min: 0, max: 3600 }) * 1000,
    cors: readCors(env),
    responsesLimit: wholeNumber(env, 'RESPONSES_LIMIT_MB', { fallback: 256, min: 1, max: 1024 * 1024 }) * MEBIBYTE,
    modelPrices: readModelPrices(env['MODEL_PRICES'] ?? ''),
    cache: readCache(env),
    faults: isOn(env['ALLOW_FAULT_INJECTION']),
    ambientCredentials: isOn(env['ALLOW_AMBIENT_CREDENTIALS']),
    onStoreError: { budgets: openOrClosed(env, 'BUDGETS_ON_STORE_ERROR', 'closed'), rates: openOrClosed(env, 'RATE_LIMITS_ON_STORE_ERROR', 'open') },
    refuseUnpriced: isOn(env['REFUSE_UNPRICED']),
    alertWebhook: urlIn(env, 'SLUICE_ALERT_WEBHOOK'),
    requireApiKey: requiresApiKey(env),
    keylessPages: isOpenToAnybody(env) || requiresApiKey(env) ? undefined : (readCors(env)?.origins ?? []),
    adminKey: readAdminKey(env['SLUICE_ADMIN_KEY']),
  };
}

/** JSON, or the path of a file that holds it. */
function readModelPrices(value: string): ModelPrices {
  if (value === '') return {};
  try {
    return parseModelPrices(value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8'));
  } catch (error) {
    throw new Error(`MODEL_PRICES: ${(error as Error).message}`, { cause: error });
  }
}

const CACHE_STORES = ['memory', 'database', 'redis'] as const;

function readCache(env: Readonly<Record<string, string | undefined>>): CacheSettings {
  const text = env['CACHE_STORE'] ?? '';
  const store = CACHE_STORES.find((name) => name === text);
  if (text !== '' && store === undefined) throw new Error(`CACHE_STORE: expected one of ${CACHE_STORES.join(', ')}, got ${JSON.stringify(text)}`);
  return {
    store,
    memoryLimit: wholeNumber(env, 'CACHE_LIMIT_MB', { fallback: 128, min: 1, max: 1024 * 1024 }) * MEBIBYTE,
    databaseLimit: wholeNumber(env, 'CACHE_DATABASE_LIMIT_MB', { fallback: 1024, min: 1, max: 1024 * 1024 }) * MEBIBYTE,
  };
}

/** Shorter ones can be guessed. */
const MIN_ADMIN_KEY = 16;

function readAdminKey(key: string | undefined): string | undefined {
  if (key === undefined || key === '') return undefined;
  if (key.length >= MIN_ADMIN_KEY) return key;
  throw new Error(`SLUICE_ADMIN_KEY: expected at least ${MIN_ADMIN_KEY} characters`);
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/i;

/** The operator has said so, and did not just leave the gateway on its own machine. */
function isOpenToAnybody(env: Readonly<Record<string, string | undefined>>): boolean {
  return /^(?:0|false)$/.test(env['REQUIRE_API_KEY'] ?? '');
}

function requiresApiKey(env: Readonly<Record<string, string | undefined>>): boolean {
  const asked = env['REQUIRE_API_KEY'] ?? '';
  if (/^(?:1|true|0|false)$/.test(asked)) return isOn(asked);
  if (asked !== '') throw new Error(`REQUIRE_API_KEY: expected 1 or 0, got ${JSON.stringify(asked)}`);
  return !LOOPBACK.test(env['HOST'] ?? '127.0.0.1');
}

function openOrClosed(env: Readonly<Record<string, string | undefined>>, name: string, fallback: 'open' | 'closed'): 'open' | 'closed' {
  const text = env[name] ?? '';
  if (text === '') return fallback;
  if (text === 'open' || text === 'closed') return text;
  throw new Error(`${name}: expected 'open' or 'closed', got ${JSON.stringify(text)}`);
}

function urlIn(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const text = env[name] ?? '';
  if (text === '') return undefined;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new Error(`${name}: expected a URL that begins with http:// or https://`);
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

interface Range {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** A whole number of the environment; a value that is none, or out of range, is an error that names its variable. */
export function wholeNumber(env: Readonly<Record<string, string | undefined>>, name: string, { fallback, min, max }: Range): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name}: expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`);
}

function readCors(env: Readonly<Record<string, string | undefined>>): CorsSettings | undefined {
  const origins = (env['CORS_ALLOWED_ORIGINS'] ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  if (origins.length === 0) return undefined;
  return {
    origins,
    methods: env['CORS_ALLOWED_METHODS'] ?? 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
    headers: env['CORS_ALLOWED_HEADERS'],
    exposed: env['CORS_EXPOSE_HEADERS'] ?? '*',
  };
}
