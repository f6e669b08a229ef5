import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isMetadataAddress, isPrivateAddress } from './private-address.ts';

describe('isPrivateAddress', () => {
  const inside = [
    ['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ['192.168.1.1', '192.0.0.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
    ['::', '::1', '::7f00:1', 'fc00::1', 'fdff::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2001:db8::1', '2002:7f00:1::'],
    ['::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1'],
  ].flat();
  const outside = [
    ['1.1.1.1', '8.8.8.8', '11.0.0.1', '100.63.255.255', '100.128.0.1', '126.255.255.255', '172.15.255.255', '172.32.0.1', '223.255.255.255'],
    ['2606:4700::1111', '2a00:1450::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'],
  ].flat();

  for (const address of inside) it(`knows ${address} as private`, () => assert.equal(isPrivateAddress(address), true));
  for (const address of outside) it(`knows ${address} as public`, () => assert.equal(isPrivateAddress(address), false));

  it('takes what is no address for private', () => {
    for (const text of ['', 'localhost', '1.2.3', '999.1.1.1', 'example.com']) assert.equal(isPrivateAddress(text), true, text);
  });
});

describe('isMetadataAddress', () => {
  it('knows where clouds hand out credentials, in every spelling', () => {
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', '100.100.100.200', 'fd00:ec2::254'])
      assert.equal(isMetadataAddress(address), true);
    for (const address of ['169.254.1.1', '10.0.0.1', 'fd00::1', 'metadata']) assert.equal(isMetadataAddress(address), false);
  });
});
