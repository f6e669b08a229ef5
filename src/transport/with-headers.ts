import type { Transport } from './port.ts';

/** A transport that sends further headers, flat pairs with lower-case names; they stand in for those of the same name. */
export function withHeaders(transport: Transport, more: readonly string[]): Transport {
  const names = new Set(more.filter((_, index) => index % 2 === 0));
  return (request, receiver) => {
    const others = request.headers.filter((_, index, all) => !names.has((all[index - (index % 2)] as string).toLowerCase()));
    return transport({ ...request, headers: [...others, ...more] }, receiver);
  };
}
