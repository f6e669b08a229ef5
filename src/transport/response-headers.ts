import type { UpstreamHead } from './port.ts';

/**
 * Response headers that end here: they speak of the connection to the provider (hop-by-hop, framing, transport security), set state for
 * the provider's origin (cookies, CORS), or would pass for the gateway's own.
 */
const WITHHELD = new Set([
  'connection',
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

type Fate = 'pass' | 'withhold' | 'content-type' | 'content-encoding';

/** Header names repeat from response to response; their fate is worked out once. Bounded, because names come from outside. */
const fates = new Map<string, Fate>();
const MAX_FATES = 2000;

/** Reads the header list of a response (flat name-value pairs) in one pass. */
export function readHead(status: number, raw: readonly string[]): UpstreamHead {
  const headers: string[] = [];
  let contentType = '';
  let contentEncoding: string | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    const fate = fateOf(name);
    if (fate === 'withhold') continue;
    const value = raw[i + 1] as string;
    if (fate === 'pass') headers.push(name, value);
    else if (fate === 'content-type') contentType = value;
    else contentEncoding = value;
  }
  return { status, headers, contentType, contentEncoding };
}

function fateOf(name: string): Fate {
  let fate = fates.get(name);
  if (fate === undefined) {
    fate = decideFate(name.toLowerCase());
    if (fates.size < MAX_FATES) fates.set(name, fate);
  }
  return fate;
}

function decideFate(name: string): Fate {
  if (name === 'content-type' || name === 'content-encoding') return name;
  const gatewayOwn = name.startsWith('x-portkey-') || name.startsWith('x-sluice-') || name.startsWith('access-control-');
  return gatewayOwn || WITHHELD.has(name) ? 'withhold' : 'pass';
}
