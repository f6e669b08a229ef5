import type { JsonObject, LoggedCall } from '../../api/types.ts';
import { parsed } from '../../chat/read.ts';
import { pathOf, valueAt } from '../configs/paths.ts';

/** The config that came with a call; undefined where it named a saved one, or none. */
export function configSent(call: LoggedCall): JsonObject | undefined {
  const value = parsed(header(call, 'config') ?? '');
  return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
}

/** What the target at a place of a config is called: the saved provider that it names; undefined where it names none. */
export function targetName(call: LoggedCall, place: string, config: JsonObject | undefined): string | undefined {
  const slug = valueAt(config, [...pathOf(place), 'virtual_key']) ?? (config === undefined ? header(call, 'virtual-key') : undefined);
  if (typeof slug === 'string') return `@${slug.replace(/^@/, '')}`;
  const provider = valueAt(config, [...pathOf(place), 'provider']) ?? header(call, 'provider');
  return typeof provider === 'string' && provider.startsWith('@') ? provider : undefined;
}

function header({ request }: LoggedCall, name: string): string | undefined {
  const headers = request?.headers ?? {};
  return headers[`x-sluice-${name}`] ?? headers[`x-portkey-${name}`];
}
