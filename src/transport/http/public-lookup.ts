import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress } from '../../config/custom-host.ts';

/** A name that a caller gave resolves to a private address. */
export class PrivateAddress extends Error {}

/** Resolves a name and refuses private addresses, at the moment of connecting, so that no second resolution can differ. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const isPrivate = error === null && addresses.some(({ address }) => isPrivateAddress(address));
    if (error !== null) callback(error, '');
    else if (isPrivate) callback(new PrivateAddress(`${hostname} resolves to a private address`), '');
    else if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
};
