import { readConfig, type ConfigRead } from '../config/facade.ts';
import { modelBehind, slugIn } from '../config/saved.ts';
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
    const inQuery = modelInQuery(call.url);
    const read = readConfig({
      headers: call.headers,
      model: modelOf(call) ?? inQuery,
      saved: directory?.viewOf(caller?.workspace ?? DEFAULT_WORKSPACE),
      defaultConfig: caller?.defaultConfig,
    });
    if (caller?.allow.configs !== undefined) checkAllowed(read, caller.allow.configs);
    call.notes.config = read.named;
    call.notes.resolved = read.config;
    return next({ ...call, url: inQuery === undefined ? call.url : withModelBehind(call.url, inQuery), config: read.config });
  };
}

/** The model that a request asks for, in its URL or in its body. */
function modelOf({ endpoint, json }: Call): string | undefined {
  const model = ('model' in endpoint ? endpoint.model : undefined) ?? json?.['model'];
  return typeof model === 'string' ? model : undefined;
}

/** A model `@slug/model` among the parameters of the URL. */
function modelInQuery(url: string): string | undefined {
  if (!/[?&]model=(?:@|%40)/i.test(url)) return undefined;
  const model = new URLSearchParams(url.slice(url.indexOf('?'))).get('model') ?? undefined;
  return slugIn(model) === undefined ? undefined : model;
}

function withModelBehind(url: string, model: string): string {
  return url.replace(/([?&]model=)[^&]*/, (_, name: string) => name + encodeURIComponent(modelBehind(model)));
}

function checkOverride({ headers }: Call, { mayOverrideConfig, defaultConfig }: Caller): void {
  const own = headers['x-sluice-config'] ?? headers['x-portkey-config'] ?? '';
  if (mayOverrideConfig || own === '' || own === defaultConfig) return;
  throw new GatewayError('invalid_header', 'x-portkey-config: The API key allows no config but its own', { param: 'x-portkey-config' });
}

/** A key with a list of configs runs by one of them, and by nothing that the request makes up. */
function checkAllowed({ named }: ConfigRead, list: readonly string[]): void {
  if (named !== undefined && isListed(list, named.id)) return;
  const what = named === undefined ? 'a config that is not saved' : `the config '${named.id}'`;
  throw new GatewayError('config_not_allowed', `The API key may not use ${what}: it may use ${list.join(', ')}.`, { param: 'x-portkey-config' });
}
