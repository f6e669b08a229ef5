import { GatewayError } from '../../errors.ts';

/** What a store answers; where it cannot be reached, a 503 with this message. Errors that the caller made stay as they are. */
export async function reached<T>(ask: () => T | Promise<T>, message: string): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof GatewayError && cause.code !== 'store_unavailable') throw cause;
    throw new GatewayError('store_unavailable', message, { cause });
  }
}
