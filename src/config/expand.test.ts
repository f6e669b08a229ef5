import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig, type ConfigRead } from './facade.ts';
import type { ResolvedConfig, TargetNode } from './resolved.ts';
import type { Found, NamedConfig, SavedAccount, SavedThings } from './saved.ts';

const account = (id: string, more: Partial<SavedAccount> = {}): SavedAccount => ({
  id,
  workspace: 'default',
  provider: 'openai',
  keys: [{ id: 'k', secret: `sk-${id}`, weight: 1 }],
  options: {},
  customHost: undefined,
  models: undefined,
  problem: undefined,
  usageLimits: [],
  rateLimits: [],
  ...more,
});

/** Saved things that a test can change. */
class Shelf implements SavedThings {
  scope = 'default';
  epoch = 0;
  time = 0;
  readonly accounts = new Map<string, { account: SavedAccount; until?: number }>();
  readonly configs = new Map<string, NamedConfig>();
  now = (): number => this.time;

  account(slug: string): Found<SavedAccount> {
    const found = this.accounts.get(slug);
    return found === undefined ? { problem: `no ${slug}` } : { found: found.account, until: found.until };
  }

  config(id: string): Found<NamedConfig> {
    const found = this.configs.get(id);
    return found === undefined ? { problem: `no ${id}` } : { found, until: undefined };
  }

  stamp(kind: 'provider' | 'config', id: string): unknown {
    return kind === 'provider' ? this.accounts.get(id) : this.configs.get(id);
  }
}

function shelf(...accounts: readonly SavedAccount[]): Shelf {
  const made = new Shelf();
  made.scope = `scope-${Math.random()}`;
  for (const one of accounts) made.accounts.set(one.id, { account: one });
  return made;
}

const read = (saved: Shelf, config: object, more: { model?: string; headers?: Record<string, string> } = {}): ConfigRead =>
  readConfig({ headers: { 'x-portkey-config': JSON.stringify(config), ...more.headers }, model: more.model, saved });

const leaves = (node: ResolvedConfig): readonly TargetNode[] => (node.kind === 'target' ? [node] : node.targets.flatMap(leaves));

describe('a config that names saved things', () => {
  it('is resolved once, and again when one of them has changed', () => {
    const saved = shelf(account('one'), account('two'));
    const config = { virtual_key: 'one' };
    const first = read(saved, config).config;
    assert.equal(read(saved, config).config, first);
    saved.accounts.set('two', { account: account('two', { models: ['x'] }) });
    saved.epoch += 1;
    assert.equal(read(saved, config).config, first, 'the other one has changed');
    saved.accounts.set('one', { account: account('one', { keys: [{ id: 'k', secret: 'sk-changed', weight: 1 }] }) });
    saved.epoch += 1;
    assert.equal(leaves(read(saved, config).config)[0]?.apiKey, 'sk-changed');
    saved.accounts.delete('one');
    saved.epoch += 1;
    assert.throws(() => read(saved, config), /Invalid config/);
  });

  it('is resolved again when a key of one of them is over', () => {
    const saved = shelf();
    saved.accounts.set('one', { account: account('one'), until: 10 });
    const first = read(saved, { virtual_key: 'one' }).config;
    saved.time = 9;
    assert.equal(read(saved, { virtual_key: 'one' }).config, first);
    saved.time = 10;
    saved.accounts.set('one', { account: account('one', { keys: [] }) });
    assert.equal(leaves(read(saved, { virtual_key: 'one' }).config)[0]?.apiKey, '');
  });

  it('is not shared by callers who see different things', () => {
    const one = shelf(account('key', { keys: [{ id: 'k', secret: 'sk-of-one', weight: 1 }] }));
    const other = shelf(account('key', { keys: [{ id: 'k', secret: 'sk-of-other', weight: 1 }] }));
    assert.deepEqual(
      [one, other].map((saved) => leaves(read(saved, { virtual_key: 'key' }).config)[0]?.apiKey),
      ['sk-of-one', 'sk-of-other'],
    );
  });

  it('is told by its id and version', () => {
    const saved = shelf(account('one'));
    saved.configs.set('pc-x', { id: 'pc-x', version: 3, text: '{"virtual_key":"one"}' });
    const named = readConfig({ headers: {}, saved, defaultConfig: 'pc-x' });
    assert.deepEqual(named.named, { id: 'pc-x', version: 3 });
    assert.equal(read(saved, { virtual_key: 'one' }).named, undefined);
  });

  it('has a group of keys in the place of a target with several', () => {
    const keys = [
      { id: 'a', secret: 'sk-a', weight: 3 },
      { id: 'b', secret: 'sk-b', weight: 1 },
    ];
    const saved = shelf(account('one', { keys }));
    const { config } = read(saved, {
      strategy: { mode: 'fallback' },
      targets: [{ virtual_key: 'one', weight: 5, name: 'first' }, { provider: 'mock' }],
    });
    assert.equal(config.kind, 'fallback');
    const [group] = config.kind === 'fallback' ? config.targets : [];
    assert.deepEqual([group?.kind, group?.path, group?.name, group?.weight], ['loadbalance', 'config.targets[0]', 'first', 5]);
    const members = group === undefined ? [] : leaves(group);
    assert.deepEqual(
      members.map(({ path, weight, apiKey, account: use }) => [path, weight, apiKey, use?.keyId]),
      [
        ['config.targets[0]', 3, 'sk-a', 'a'],
        ['config.targets[0]', 1, 'sk-b', 'b'],
      ],
    );
    const idle = shelf(account('one', { keys: keys.map((key) => ({ ...key, weight: 0 })) }));
    assert.deepEqual(
      leaves(read(idle, { virtual_key: 'one' }).config).map(({ weight }) => weight),
      [1, 1],
      'some key must take the calls',
    );
  });

  it('goes by what stands nearest: the target, then the headers, then the model of the request', () => {
    const saved = shelf(account('near'), account('header'), account('model'));
    const keyOf = (config: object, headers: Record<string, string>, model?: string): string | undefined =>
      leaves(read(saved, config, { headers, ...(model === undefined ? {} : { model }) }).config)[0]?.apiKey;
    const header = { 'x-portkey-virtual-key': 'header' };
    assert.equal(keyOf({ virtual_key: 'near' }, header, '@model/m'), 'sk-near');
    assert.equal(keyOf({ retry: { attempts: 1 } }, header, '@model/m'), 'sk-header');
    assert.equal(keyOf({ retry: { attempts: 1 } }, {}, '@model/m'), 'sk-model');
    assert.equal(keyOf({ provider: '@near', virtual_key: 'header' }, {}), 'sk-near');
    assert.equal(leaves(read(saved, { virtual_key: 'near' }, { model: '@model/m' }).config)[0]?.overrideParams['model'], 'm');
    assert.equal(
      leaves(read(saved, { virtual_key: 'near', override_params: { model: '@near/n' } }, { model: '@model/m' }).config)[0]?.overrideParams['model'],
      'n',
    );
  });
});
