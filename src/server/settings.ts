import { readFileSync } from 'node:fs';
import { parseWebhook, readTrustedHosts } from '../config/custom-host.ts';
import { parseModelPrices, type ModelPrices } from '../config/price.ts';
import { switchIn, textIn, wholeNumberIn, wordIn, type Environment } from '../environment.ts';
import type { CacheSettings } from '../stores/cache/open.ts';

/** What the environment says about the server. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Largest request body, in bytes. */
  readonly bodyLimit: number;
  /** Most calls under way at once. */
  readonly maxCalls: number;
  /** Milliseconds that calls under way get to finish after SIGTERM. */
  readonly drainTimeout: number;
  /** Milliseconds between SIGTERM and that, in which it still serves, but `/readyz` says that it is leaving. */
  readonly preDrainDelay: number;
  readonly cors: CorsSettings | undefined;
  /** Memory for responses that are kept, in bytes. */
  readonly responsesLimit: number;
  /** Prices of models, in place of those in the price list. */
  readonly modelPrices: ModelPrices;
  /** Where cached answers are kept. */
  readonly cache: CacheSettings;
  /** Whether configs and models may rehearse faults. */
  readonly faults: boolean;
  /** Whether callers' configs may use the identity of the machine that the gateway runs on. */
  readonly ambientCredentials: boolean;
  /** Whether calls need one of the gateway's own API keys: by default wherever other machines can call. */
  readonly requireApiKey: boolean;
  /** Whether calls are let through or refused while the store of their limits cannot be reached. */
  readonly onStoreError: { readonly budgets: 'open' | 'closed'; readonly rates: 'open' | 'closed' };
  /** Whether budgets that do not say otherwise refuse calls whose price is unknown. */
  readonly refuseUnpriced: boolean;
  /** Where budget alerts are sent; undefined: they are only logged. */
  readonly alertWebhook: string | undefined;
  /** What alerts are signed with; undefined: they are not. */
  readonly alertSecret: string | undefined;
  /** Origins whose pages may use saved things without a key; undefined: calls need keys, or the operator lets anybody in. */
  readonly keylessPages: readonly string[] | undefined;
  /** The key for administering the gateway. */
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

/** Reads the settings; an invalid value is an error that names its variable. */
export function readSettings(env: Environment): Settings {
  // Read here only so that a mistake shows at the start: the list is used where hosts are judged.
  readTrustedHosts(env);
  return {
    host: hostIn(env),
    port: wholeNumberIn(env, 'PORT', { min: 0, max: 65_535 }) ?? 8787,
    bodyLimit: (wholeNumberIn(env, 'BODY_LIMIT_MB', { min: 1, max: 4096 }) ?? 64) * MEBIBYTE,
    maxCalls: wholeNumberIn(env, 'MAX_CONCURRENT_CALLS', { min: 1, max: 1_000_000 }) ?? 10_000,
    drainTimeout: (wholeNumberIn(env, 'DRAIN_TIMEOUT', { min: 0, max: 3600 }) ?? 30) * 1000,
    preDrainDelay: (wholeNumberIn(env, 'PRE_DRAIN_DELAY', { min: 0, max: 3600 }) ?? 0) * 1000,
    cors: readCors(env),
    responsesLimit: (wholeNumberIn(env, 'RESPONSES_LIMIT_MB', { min: 1, max: 1024 * 1024 }) ?? 256) * MEBIBYTE,
    modelPrices: readModelPrices(textIn(env, 'MODEL_PRICES')),
    cache: readCache(env),
    faults: switchIn(env, 'ALLOW_FAULT_INJECTION'),
    ambientCredentials: switchIn(env, 'ALLOW_AMBIENT_CREDENTIALS'),
    onStoreError: readOnStoreError(env),
    refuseUnpriced: switchIn(env, 'REFUSE_UNPRICED'),
    alertWebhook: webhookIn(env, 'SLUICE_ALERT_WEBHOOK'),
    alertSecret: secretIn(env, 'SLUICE_ALERT_SECRET'),
    requireApiKey: requiresApiKey(env),
    keylessPages: isOpenToAnybody(env) || requiresApiKey(env) ? undefined : (readCors(env)?.origins ?? []),
    adminKey: secretIn(env, 'SLUICE_ADMIN_KEY'),
  };
}

/** JSON, or the path of a file that holds it. */
function readModelPrices(value: string | undefined): ModelPrices {
  if (value === undefined) return {};
  try {
    return parseModelPrices(value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8'));
  } catch (error) {
    throw new Error(`MODEL_PRICES: ${(error as Error).message}`, { cause: error });
  }
}

function readCache(env: Environment): CacheSettings {
  return {
    store: wordIn(env, 'CACHE_STORE', ['memory', 'database', 'redis']),
    memoryLimit: (wholeNumberIn(env, 'CACHE_LIMIT_MB', { min: 1, max: 1024 * 1024 }) ?? 128) * MEBIBYTE,
    databaseLimit: (wholeNumberIn(env, 'CACHE_DATABASE_LIMIT_MB', { min: 1, max: 1024 * 1024 }) ?? 1024) * MEBIBYTE,
  };
}

const OPEN_OR_CLOSED = ['open', 'closed'] as const;

function readOnStoreError(env: Environment): Settings['onStoreError'] {
  return {
    budgets: wordIn(env, 'BUDGETS_ON_STORE_ERROR', OPEN_OR_CLOSED) ?? 'closed',
    rates: wordIn(env, 'RATE_LIMITS_ON_STORE_ERROR', OPEN_OR_CLOSED) ?? 'open',
  };
}

/** Shorter ones can be guessed. */
const SHORTEST_SECRET = 16;

function secretIn(env: Environment, name: string): string | undefined {
  const secret = textIn(env, name);
  if (secret === undefined || secret.length >= SHORTEST_SECRET) return secret;
  throw new Error(`${name}: expected at least ${SHORTEST_SECRET} characters`);
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/i;

/** The address to listen on; an empty variable does not open the gateway to others. */
function hostIn(env: Environment): string {
  return textIn(env, 'HOST') ?? '127.0.0.1';
}

/** The operator has switched keys off, rather than just leaving the gateway on its own machine. */
function isOpenToAnybody(env: Environment): boolean {
  return !switchIn(env, 'REQUIRE_API_KEY', true);
}

function requiresApiKey(env: Environment): boolean {
  return switchIn(env, 'REQUIRE_API_KEY', !LOOPBACK.test(hostIn(env)));
}

function webhookIn(env: Environment, name: string): string | undefined {
  const text = textIn(env, name);
  if (text === undefined) return undefined;
  if (parseWebhook(text, readTrustedHosts(env)) !== undefined) return text;
  throw new Error(
    `${name}: expected a URL that begins with http:// or https://, without credentials; a private host must be in TRUSTED_CUSTOM_HOSTS`,
  );
}

function readCors(env: Environment): CorsSettings | undefined {
  const origins = (env['CORS_ALLOWED_ORIGINS'] ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  if (origins.length === 0) return undefined;
  const wrong = origins.find((origin) => origin !== '*' && origin !== 'null' && !isOrigin(origin));
  if (wrong !== undefined)
    throw new Error(`CORS_ALLOWED_ORIGINS: expected *, or origins as https://app.example without a path, got ${JSON.stringify(wrong)}`);
  return {
    origins,
    methods: env['CORS_ALLOWED_METHODS'] ?? 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
    headers: env['CORS_ALLOWED_HEADERS'],
    exposed: env['CORS_EXPOSE_HEADERS'] ?? '*',
  };
}

/** Whether a browser could name it as the origin of a page: scheme, host and port, as browsers spell them. */
function isOrigin(text: string): boolean {
  const { protocol, host } = URL.canParse(text) ? new URL(text) : { protocol: '', host: '' };
  return host !== '' && text === `${protocol}//${host}`;
}
