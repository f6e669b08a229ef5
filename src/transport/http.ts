import type { Environment } from '../environment.ts';
import { HttpClient } from './http/client.ts';
import { readProxies } from './http/proxies.ts';
import { isPlain } from './http/request-head.ts';
import { createUndiciTransport } from './http/undici.ts';
import type { Transport, UpstreamRequest } from './port.ts';

/**
 * HTTP/1.1 to providers: through the gateway's own client, which costs a fraction of undici, and through undici what that does not do. `env`: may
 * name proxies.
 */
export function createHttpTransport(env: Environment = {}): Transport & { close(): Promise<void> } {
  const proxyOf = readProxies(env);
  const client = new HttpClient();
  const others = createUndiciTransport(proxyOf);
  const isProxied = ({ guarded, origin }: UpstreamRequest): boolean => !guarded && proxyOf?.(origin) !== undefined;
  const transport: Transport = (request, receiver) =>
    request.tunnel === undefined && !isProxied(request) && isPlain(request) ? client.send(request, receiver) : others(request, receiver);
  const close = (): Promise<void> => {
    client.close();
    return others.close();
  };
  return Object.assign(transport, { close });
}
