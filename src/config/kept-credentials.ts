import { GatewayError } from '../errors.ts';
import { headersOf, isUrlOption, OPTIONS, spellings } from './provider-options.ts';
import type { RequestSettings } from './resolve.ts';
import type { Config } from './schema.ts';

const SECRET_MEMBERS: readonly string[] = ['api_key', ...[...OPTIONS.values()].flatMap(({ name, secret }) => (secret === true ? [name] : []))];

/**
 * Throws where a request would have the credentials in a saved config sent to a host of its own: whoever may use them need not be one who
 * may know them.
 */
export function keepCredentials(config: Config, settings: RequestSettings, id: string): void {
  const header = settings.customHost === undefined ? hostOption(settings) : spellings('custom-host')[1];
  const isAtStake = settings.customHost === undefined ? takesProvider : holdsCredential;
  if (header === undefined || !someNode(config, isAtStake)) return;
  const message = `The credentials in the saved config '${id}' go nowhere else: where they go is said in the config itself, not in ${header}`;
  throw new GatewayError('invalid_custom_host', message, { param: header });
}

/** The header with an option that decides where the provider named in the headers is. */
function hostOption({ provider, options }: RequestSettings): string | undefined {
  if (provider === undefined) return undefined;
  const name = Object.keys(options).find((option) => OPTIONS.get(option)?.secret !== true && isUrlOption(provider, option));
  const option = name === undefined ? undefined : OPTIONS.get(name);
  return option === undefined ? undefined : headersOf(option)[1];
}

function someNode(node: Config, test: (node: Config) => boolean): boolean {
  return test(node) || (node.targets ?? []).some((target) => someNode(target, test));
}

function holdsCredential(node: Config): boolean {
  const members = node as Readonly<Record<string, unknown>>;
  return SECRET_MEMBERS.some((name) => members[name] !== undefined);
}

/** A credential for whatever provider the request names. */
function takesProvider(node: Config): boolean {
  return node.provider === undefined && holdsCredential(node);
}
