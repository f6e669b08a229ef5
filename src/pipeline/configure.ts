import { bareModel } from '../config/expand.ts';
import { configIn, readConfig, type ConfigRead } from '../config/facade.ts';
import { DEFAULT_WORKSPACE, type Directory } from '../directory/directory.ts';
import { GatewayError } from '../errors.ts';
import { isListed } from './allow.ts';
import type { Caller } from './caller.ts';
import type { Call, Step } from './step.ts';

/** Reads the config that the request holds or names, or that its key has for calls without one. */
export function configured(directory: Directory | undefined): Step {
  return (next) => async (call) => {
    const { caller } = call.notes;
    if (caller !== undefined) checkOverride(call, caller);
    const saved = directory?.viewOf(caller?.workspace ?? DEFAULT_WORKSPACE);
    const inUrl = modelInUrl(call);
    const read = readConfig({
      headers: call.headers,
      model: inUrl ?? modelIn(call.json),
      isModelInUrl: inUrl !== undefined,
      saved,
      defaultConfig: caller?.defaultConfig,
    });
    if (caller?.allow.configs !== undefined) checkAllowed(read, caller.allow.configs);
    call.notes.config = read.named;
    call.notes.resolved = read.config;
    const bare = inUrl === undefined ? undefined : bareModel(inUrl, saved);
    return next({ ...(bare === undefined ? call : withModelInUrl(call, bare)), config: read.config });
  };
}

/** A model `@slug/model` where the URL has one, as a part of its path or as a parameter. */
function modelInUrl({ endpoint, url }: Call): string | undefined {
  if ('model' in endpoint && endpoint.model?.startsWith('@') === true) return endpoint.model;
  if (!/[?&]model=(?:@|%40)/i.test(url)) return undefined;
  return new URLSearchParams(url.slice(url.indexOf('?'))).get('model') ?? undefined;
}

function modelIn(json: Call['json']): string | undefined {
  const model = json?.['model'];
  return typeof model === 'string' ? model : undefined;
}

function withModelInUrl(call: Call, model: string): Call {
  const { endpoint, url } = call;
  if ('model' in endpoint && endpoint.model !== undefined) return { ...call, endpoint: { ...endpoint, model } };
  return { ...call, url: url.replace(/([?&]model=)[^&]*/, (_, name: string) => name + encodeURIComponent(model)) };
}

function checkOverride({ headers }: Call, { mayOverrideConfig, defaultConfig }: Caller): void {
  if (mayOverrideConfig) return;
  const own = configIn(headers);
  if (own === undefined || own === defaultConfig) return;
  throw new GatewayError('invalid_header', 'x-portkey-config: The API key allows no config but its own', { param: 'x-portkey-config' });
}

/** A key with a list of configs runs by one of them, and by nothing that the request makes up. */
function checkAllowed({ named }: ConfigRead, list: readonly string[]): void {
  if (named !== undefined && isListed(list, named.id)) return;
  const what = named === undefined ? 'a config that is not saved' : `the config '${named.id}'`;
  throw new GatewayError('config_not_allowed', `The API key may not use ${what}: it may use ${list.join(', ')}.`, { param: 'x-portkey-config' });
}
