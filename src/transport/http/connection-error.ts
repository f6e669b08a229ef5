import { GatewayError } from '../../errors.ts';
import { PrivateAddress } from './public-lookup.ts';
import { BadHead } from './header-lines.ts';

/** A connection was not made in time. */
export class ConnectTimeout extends Error {}

/** What the client is told; the text of the system's error (addresses, certificates) stays in the log. */
export function connectionError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof PrivateAddress) return new GatewayError('invalid_custom_host', 'The custom host resolves to a private address.', { cause });
  if (cause instanceof BadHead) return new GatewayError('invalid_request', 'The request holds what no header or URL may hold.', { cause });
  const message =
    cause instanceof ConnectTimeout
      ? 'The provider could not be reached: connecting took too long.'
      : 'The connection to the provider failed or broke.';
  return new GatewayError('upstream_unreachable', message, { cause });
}
