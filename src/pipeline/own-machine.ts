import type { ResolvedConfig } from '../config/resolved.ts';
import { GatewayError } from '../errors.ts';
import type { Call, Step } from './step.ts';

const LOOPBACK_NAME = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i;

/**
 * Keeps what is saved from pages of other sites, where the gateway asks for no keys because only its own machine can call: a browser on
 * that machine calls for whatever site it shows. `origins`: whose pages may (`*`: all); undefined: nobody is asked.
 */
export function forOwnMachine(origins: readonly string[] | undefined): Step {
  return (next) => {
    if (origins === undefined) return next;
    return async (call) => {
      const problem = call.notes.caller === undefined ? strangeness(call.headers, origins) : undefined;
      if (problem !== undefined && usesSaved(call)) throw new GatewayError('not_admitted', problem);
      return next(call);
    };
  };
}

/** Why a call without a key is not one that a program of the machine itself makes; undefined: it may be. */
function strangeness({ host = '', origin, 'sec-fetch-site': site }: Call['headers'], origins: readonly string[]): string | undefined {
  const remedy = 'Send an API key, or set REQUIRE_API_KEY=0 in the environment of the gateway to let anybody in.';
  // Somebody may have pointed a name of their own at this machine.
  if (!LOOPBACK_NAME.test(host)) return `Under the name ${JSON.stringify(host.slice(0, 100))} what is saved here needs a key. ${remedy}`;
  const isOwn = origin === undefined ? site !== 'cross-site' : isSameHost(origin, host) || origins.includes(origin) || origins.includes('*');
  return isOwn
    ? undefined
    : `Pages of ${JSON.stringify((origin ?? 'another site').slice(0, 100))} may not use what is saved here without a key. ${remedy}`;
}

function isSameHost(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

function usesSaved({ notes, config }: Call): boolean {
  return notes.config !== undefined || (config !== undefined && hasAccount(config));
}

function hasAccount(node: ResolvedConfig): boolean {
  return node.kind === 'target' ? node.account !== undefined : node.targets.some(hasAccount);
}
