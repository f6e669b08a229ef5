import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import { parseConfig } from './parse.ts';
import { firstHeader, spellings, type RequestHeaders } from './provider-options.ts';
import { readSettings, SETTING_HEADERS } from './request-settings.ts';
import { resolveConfig } from './resolve.ts';
import type { ResolvedConfig } from './resolved.ts';
import type { Config } from './schema.ts';
import { weigh } from './weigh.ts';

const CONFIG = spellings('config');
/** All headers that a resolved config depends on: requests that agree in them share it. */
const RELEVANT = new Set([...CONFIG, ...SETTING_HEADERS]);

/** Configs are kept whole, with the keys in them: their number and their bytes are bounded. */
const resolved = new LRUCache<string, ResolvedConfig>({ max: 10_000, maxSize: 32 * 1024 * 1024 });

/** The frozen config that a request's headers hold; throws a GatewayError where they hold none. Header names are lower case. */
export function readConfig(headers: RequestHeaders): ResolvedConfig {
  const key = cacheKey(headers);
  const known = resolved.get(key);
  if (known !== undefined) return known;
  const config = resolveHeaders(headers);
  resolved.set(key, config, { size: weigh(key) + weigh(config) });
  return config;
}

/** Names and values of the relevant headers; neither can hold a line break. */
function cacheKey(headers: RequestHeaders): string {
  let key = '';
  for (const name in headers) if (RELEVANT.has(name)) key += `${name}\n${headers[name]}\n`;
  return key;
}

function resolveHeaders(headers: RequestHeaders): ResolvedConfig {
  const text = firstHeader(headers, CONFIG);
  const settings = readSettings(headers);
  if (text === undefined && settings.provider === undefined) {
    throw new GatewayError('provider_required', 'Either x-portkey-config or x-portkey-provider header is required');
  }
  return resolveConfig(text === undefined ? {} : readConfigText(text, settings.provider !== undefined), settings);
}

function readConfigText(text: string, providerInHeaders: boolean): Config {
  const json = decodeUtf8(text).trim();
  if (/^[[{"]/.test(json)) return parseConfig(json, { providerInHeaders });
  throw new GatewayError('unknown_config', `No configs are saved in this gateway: ${CONFIG[1]} must be a JSON object`, { param: CONFIG[1] });
}

/** Node reads header bytes as Latin-1, but clients send JSON as UTF-8. */
function decodeUtf8(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}
