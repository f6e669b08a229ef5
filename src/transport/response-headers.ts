import { detached } from './http/header-lines.ts';
import type { UpstreamHead } from './port.ts';

/**
 * Response headers that end here: they speak of the connection to the provider (hop-by-hop, framing, transport security), set state for
 * the provider's origin (cookies, CORS), or would pass for the gateway's own.
 */
const WITHHELD = new Set([
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'alt-svc',
  'strict-transport-security',
  'nel',
  'report-to',
  'server',
  'via',
  'date',
  'set-cookie',
]);

/** What `connection` says nearly always, and names no header. */
const ORDINARY = /^(?:keep-alive|close)$/i;

type Fate = 'pass' | 'withhold' | 'content-type' | 'content-encoding' | 'connection';

/** Header names repeat from response to response; their fate is worked out once. Bounded, because names come from outside. */
const fates = new Map<string, Fate>();
const MAX_FATES = 2000;

/** Reads the header list of a response (flat name-value pairs) in one pass. */
export function readHead(status: number, raw: readonly string[]): UpstreamHead {
  const headers: string[] = [];
  let contentType = '';
  let contentEncoding: string | undefined;
  let named: string | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    const fate = fateOf(name);
    if (fate === 'withhold') continue;
    const value = raw[i + 1] as string;
    if (fate === 'connection' && ORDINARY.test(value)) continue;
    if (fate === 'pass') headers.push(name, value);
    else if (fate === 'content-type') contentType = value;
    else if (fate === 'content-encoding') contentEncoding = value;
    else named = named === undefined ? value : `${named},${value}`;
  }
  return { status, headers: named === undefined ? headers : without(named, headers), contentType, contentEncoding };
}

/** Headers that `connection` names were for the gateway alone. */
function without(connection: string, headers: readonly string[]): string[] {
  const names = new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
  return headers.filter((_, at) => !names.has((headers[at - (at % 2)] as string).toLowerCase()));
}

function fateOf(name: string): Fate {
  let fate = fates.get(name);
  if (fate === undefined) {
    fate = decideFate(name.toLowerCase());
    if (fates.size < MAX_FATES) fates.set(detached(name), fate);
  }
  return fate;
}

function decideFate(name: string): Fate {
  if (name === 'content-type' || name === 'content-encoding' || name === 'connection') return name;
  const gatewayOwn = name.startsWith('x-portkey-') || name.startsWith('x-sluice-') || name.startsWith('access-control-');
  return gatewayOwn || WITHHELD.has(name) ? 'withhold' : 'pass';
}
