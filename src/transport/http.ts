import { HttpClient } from './http/client.ts';
import { isPlain } from './http/request-head.ts';
import { createUndiciTransport } from './http/undici.ts';
import type { Transport } from './port.ts';

/** HTTP/1.1 to providers: through the gateway's own client, which costs a fraction of undici, and through undici what that does not do. */
export function createHttpTransport(): Transport & { close(): Promise<void> } {
  const client = new HttpClient();
  const others = createUndiciTransport();
  const transport: Transport = (request, receiver) =>
    request.tunnel === undefined && isPlain(request) ? client.send(request, receiver) : others(request, receiver);
  const close = (): Promise<void> => {
    client.close();
    return others.close();
  };
  return Object.assign(transport, { close });
}
