import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
const AUTHORITY = /^(?:[\w\-.~%]+|\[[\da-fA-F:.]+\])(?::\d*)?$/;

/**
 * Gives a request that node:http has read the form that most have: a target that is a path and a query, and one host. A target that names
 * the host goes before the header (RFC 9112, 3.2.2). False: it has several hosts, of which nobody knows which one others heed, or a malformed one.
 */
export function inOriginForm(request: Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders'>): boolean {
  if (hostsIn(request.rawHeaders) > 1) return false;
  if (request.url?.startsWith('/') !== false) return true;
  const [, authority = '', rest = ''] = ABSOLUTE.exec(request.url) ?? [];
  // Other forms have no route.
  if (authority === '' && rest === '') return true;
  if (!AUTHORITY.test(authority)) return false;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  request.headers.host = authority;
  return true;
}

function hostsIn(raw: readonly string[]): number {
  let hosts = 0;
  for (let i = 0; i < raw.length; i += 2) if (raw[i]?.length === 4 && raw[i]?.toLowerCase() === 'host') hosts++;
  return hosts;
}
