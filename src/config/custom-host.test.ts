import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineProvider } from '../providers/provider.ts';
import { checkUrlOption, isTrustedHost, parseCustomHost, parseWebhook, readTrustedHosts } from './custom-host.ts';

const local = readTrustedHosts({});
const production = readTrustedHosts({ NODE_ENV: 'production' });

describe('A custom host', () => {
  const accepted: readonly (readonly [text: string, base: string])[] = [
    ['https://api.openai.com/v1', 'https://api.openai.com/v1'],
    ['https://API.Example.com/v1///', 'https://api.example.com/v1'],
    ['http://8.8.8.8:8080', 'http://8.8.8.8:8080'],
    ['http://172.32.0.1/x', 'http://172.32.0.1/x'],
    ['https://[2606:4700::1111]/v1', 'https://[2606:4700::1111]/v1'],
    ['https://host.example/a%20b', 'https://host.example/a%20b'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['http://ollama:11434/v1', 'http://ollama:11434/v1'],
  ];
  for (const [text, base] of accepted) it(`is taken as ${text}`, () => assert.equal(parseCustomHost(text, production), base));

  const refused = [
    '',
    'api.openai.com',
    'ftp://example.com',
    'file:///etc/passwd',
    '//example.com',
    'http:example.com',
    'http://',
    'javascript:1',
    'https://user:pass@example.com',
    'https://user@example.com',
    'https://@example.com',
    'http://example.com\\@127.0.0.1',
    'http://exam\tple.com',
    'http://example.com/\n',
    'http://example.com/\u0000',
    'http://exam ple.com',
    'http://exam\u200bple.com',
    'https://example.com/v1?x=1',
    'https://example.com/v1#x',
    'http://ex%61mple.com',
    'http://example.com:0',
    'http://example.com:70000',
    'http://example.com.',
    'http://a..example',
    `https://example.com/${'a'.repeat(2048)}`,
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://①②⑦.0.0.1',
    'http://127.0.0.1.',
    'http://0.0.0.0',
    'http://10.0.0.1/x',
    'http://172.16.0.1',
    'http://192.168.0.1',
    'http://100.64.0.1',
    'http://169.254.169.254/latest',
    'http://[::1]',
    'http://[::]',
    'http://[fe80::1]',
    'http://[fc00::1]',
    'http://[::ffff:10.0.0.1]',
    'http://[64:ff9b::10.0.0.1]',

    'http://localhost',
    'http://LOCALHOST',
    'http://localhost.',
    'http://a.localhost',
    'http://printer.local',
    'http://db.internal',
    'http://x.corp',

    'http://metadata',
    'http://metadata.google.internal',
    'http://instance-data',
    'http://kubernetes.default.svc',
    'http://x.onion',
  ];
  for (const text of refused)
    it(`is refused as ${JSON.stringify(text.slice(0, 60))}`, () => assert.equal(parseCustomHost(text, production), undefined));

  it('may be this machine outside production, in every spelling', () => {
    for (const text of [
      'http://localhost:3000',
      'http://127.0.0.1',
      'http://127.1',
      'http://2130706433',
      'http://[::1]:8080',
      'http://a.localhost',
    ]) {
      assert.notEqual(parseCustomHost(text, local), undefined, text);
    }
    for (const text of ['http://127.0.0.2', 'http://10.0.0.1', 'http://[::2]', 'http://user@localhost', 'ftp://localhost']) {
      assert.equal(parseCustomHost(text, local), undefined, text);
    }
  });
});

describe('TRUSTED_CUSTOM_HOSTS', () => {
  it('replaces the default, in production too', () => {
    const trusted = readTrustedHosts({ TRUSTED_CUSTOM_HOSTS: ' 10.0.0.5, Db.Internal ,::2', NODE_ENV: 'production' });
    for (const host of ['10.0.0.5', 'db.internal', 'DB.INTERNAL', '::2', '[::2]']) assert.equal(isTrustedHost(host, trusted), true, host);
    for (const host of ['localhost', '127.0.0.1', '10.0.0.6', 'x.db.internal']) assert.equal(isTrustedHost(host, trusted), false, host);
    assert.equal(parseCustomHost('http://db.internal:8000/v1', trusted), 'http://db.internal:8000/v1');
  });

  it('takes a wildcard for all names below, not for the name itself', () => {
    const trusted = readTrustedHosts({ TRUSTED_CUSTOM_HOSTS: '*.Models.internal' });
    assert.equal(isTrustedHost('a.b.models.internal', trusted), true);
    assert.equal(isTrustedHost('models.internal', trusted), false);
    assert.equal(isTrustedHost('evilmodels.internal', trusted), false);
  });

  it('trusts nothing when empty, and nothing by default in production', () => {
    assert.equal(readTrustedHosts({ TRUSTED_CUSTOM_HOSTS: '' }).size, 0);
    assert.equal(readTrustedHosts({ ENVIRONMENT: 'production' }).size, 0);
  });

  it('cannot open a metadata service', () => {
    const trusted = readTrustedHosts({ TRUSTED_CUSTOM_HOSTS: '169.254.169.254,metadata.google.internal,*.internal' });
    for (const url of ['http://169.254.169.254', 'http://metadata.google.internal', 'http://[::ffff:169.254.169.254]']) {
      assert.equal(parseCustomHost(url, trusted), undefined, url);
    }
  });
});

describe('An option that becomes part of a URL', () => {
  const provider = defineProvider({
    id: 'example',
    name: 'Example',
    docs: 'https://example.com',
    baseURL: 'https://{resource}.example.com/{account}/v1',
    auth: [{ scheme: 'none' }],
    endpoints: {},
  });

  it('must be one host label where it stands in the host', () => {
    for (const value of ['my-resource', 'A1', 'x']) assert.equal(checkUrlOption(provider, 'resource', value), true, value);
    for (const value of ['', 'a.b', 'a/b', '127.0.0.1:80/?', 'a@b', '-a', 'a-', 'a b', 'a\n', 'é', 'a'.repeat(64)]) {
      assert.equal(checkUrlOption(provider, 'resource', value), false, value);
    }
  });

  it('must not climb out of a path', () => {
    assert.equal(checkUrlOption(provider, 'account', 'a.b c/d'), true);
    assert.equal(checkUrlOption(provider, 'account', '..'), false);
  });
});

describe('TRUSTED_CUSTOM_HOSTS', () => {
  it('takes names, addresses and wildcards, and nothing that would not hold', () => {
    assert.deepEqual([...readTrustedHosts({ TRUSTED_CUSTOM_HOSTS: ' Ollama , *.lan,10.0.0.5,::1,' })], ['ollama', '*.lan', '10.0.0.5', '::1']);
    for (const entry of ['http://ollama', '10.0.0.0/8', 'user@host', 'a b'])
      assert.throws(() => readTrustedHosts({ TRUSTED_CUSTOM_HOSTS: `ok,${entry}` }), /^Error: TRUSTED_CUSTOM_HOSTS: expected names/, entry);
  });
});

describe('A webhook', () => {
  const trusted = readTrustedHosts({ TRUSTED_CUSTOM_HOSTS: 'hooks.lan' });

  it('is a custom host that may have a query', () => {
    for (const url of ['https://hooks.example.com/a/b?sig=x%20y&to=https://elsewhere/', 'https://hooks.example.com?a=b', 'http://hooks.lan:8080/'])
      assert.equal(parseWebhook(url, trusted)?.href, new URL(url).href, url);
  });

  it('is nothing that a custom host must not be, and has no fragment', () => {
    const wrong = [
      '',
      'hooks.example.com',
      'ftp://example.com/',
      'https://u:p@example.com/',
      'http://10.0.0.1/?a',
      'http://[::1]/',
      'https://metadata/',
    ];
    for (const url of [
      ...wrong,
      'https://example.com/#a',
      'https://example.com/?a b',
      'https://example.com/?a\n',
      'https://example.com\\@10.0.0.1/?a',
    ])
      assert.equal(parseWebhook(url, trusted), undefined, url);
  });
});
