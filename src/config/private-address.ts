import { BlockList, isIP } from 'node:net';

type Network = readonly [address: string, prefix: number];

/** Networks that are not the public Internet (IANA special-purpose registries), and the address at which Azure answers its machines. */
const PRIVATE_IPV4: readonly Network[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['168.63.129.16', 32],
];

const PRIVATE_IPV6: readonly Network[] = [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

/** Where clouds hand out credentials to the machine that asks. */
const METADATA_ADDRESSES = ['169.254.169.254', '169.254.170.2', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254'];

// Made when first needed: filling the lists takes milliseconds that a start should not wait for.
let privateNetworks: BlockList | undefined;
let metadataAddresses: BlockList | undefined;

/** True for an address outside the public Internet, IPv4-mapped ones included, and for what is no address at all. */
export function isPrivateAddress(ip: string): boolean {
  privateNetworks ??= blockList([...PRIVATE_IPV4, ...PRIVATE_IPV4.map(behindNat64), ...PRIVATE_IPV6]);
  return isIP(ip) === 0 || privateNetworks.check(ip, family(ip));
}

/** True for the addresses of cloud metadata services, which no setting opens. */
export function isMetadataAddress(ip: string): boolean {
  metadataAddresses ??= blockList(METADATA_ADDRESSES.map((address) => [address, family(address) === 'ipv4' ? 32 : 128]));
  return isIP(ip) !== 0 && metadataAddresses.check(ip, family(ip));
}

function blockList(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family(network));
  return list;
}

/** Networks without IPv4 reach `a.b.c.d` as `64:ff9b::a.b.c.d`, so the embedded address decides. */
function behindNat64([network, prefix]: Network): Network {
  return [`64:ff9b::${network}`, 96 + prefix];
}

function family(ip: string): 'ipv4' | 'ipv6' {
  return ip.includes(':') ? 'ipv6' : 'ipv4';
}
