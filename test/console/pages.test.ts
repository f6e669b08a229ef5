import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accessibilityFaults, picture, skip, useConsole, type View } from './support.ts';

const VIEWS: readonly Required<View>[] = [
  { width: 1440, theme: 'light' },
  { width: 1440, theme: 'dark' },
  { width: 390, theme: 'light' },
  { width: 390, theme: 'dark' },
];

describe('pages of the console under traffic', { skip }, () => {
  const gateway = useConsole();
  const ids = { config: '', call: '', provider: '', key: '' };
  before(async () => {
    if (skip !== false) return;
    ids.provider = (await gateway.admin('/providers', { name: 'OpenAI, production', provider: 'openai', key: 'sk-test-abcdefgh1234' })).id;
    const config = { strategy: { mode: 'fallback' }, targets: [{ provider: 'mock', override_params: { model: 'mock-503' } }, { provider: 'mock' }] };
    ids.config = (await gateway.admin('/configs', { name: 'Resilient', config })).id;
    const key = await gateway.admin('/api-keys', { name: 'Checkout', usage_limits: [{ type: 'requests', credit_limit: 100, periodic_reset: 'daily' }] });
    ids.key = key.id;
    const message = { messages: [{ role: 'user', content: 'What is a *sluice*?' }] };
    const named = { 'x-sluice-api-key': key.key, 'x-sluice-metadata': '{"user":"ada"}' };
    for (let i = 0; i < 12; i++) {
      const call = { model: i % 4 === 3 ? 'mock-429' : 'mock', stream: i % 2 === 0, ...message };
      const where = i % 4 === 0 ? { 'x-sluice-config': ids.config } : { 'x-sluice-provider': 'mock' };
      await (await gateway.chat(call, { ...where, ...named })).text();
    }
    ids.call = await firstFallback();
  });

  /** The log is written by another thread: the page is asked for until the call is there. */
  async function firstFallback(): Promise<string> {
    for (;;) {
      const { data } = await gateway.admin(`/logs?config=${ids.config}`);
      if (data.length > 0) return data[0].id;
    }
  }

  const PAGES: Readonly<Record<string, () => string>> = {
    overview: () => '/',
    logs: () => '/logs',
    call: () => `/logs/${ids.call}`,
    'call-request': () => `/logs/${ids.call}?tab=request`,
    playground: () => '/playground?c=mock~mock&c=mock~other',
    configs: () => '/configs',
    config: () => `/configs/${ids.config}`,
    'config-new': () => '/configs/new?from=conditional',
    providers: () => '/providers',
    provider: () => `/providers?open=${ids.provider}`,
    keys: () => '/keys',
    key: () => `/keys?open=${ids.key}`,
    limits: () => '/limits',
    policy: () => '/limits?new=1',
    connect: () => '/connect?client=codex',
  };

  for (const [name, where] of Object.entries(PAGES)) {
    test(`${name}: no errors, no other host, nothing that shuts people out, at both widths and in both themes`, async () => {
      for (const view of VIEWS) {
        const { page, faults } = await gateway.open(where(), view);
        const label = `${view.width}-${view.theme}`;
        await picture(page, `${name}-${label}`);
        assert.deepEqual(await accessibilityFaults(page), [], label);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true, `${label}: the page scrolls sideways`);
        assert.deepEqual(faults, [], label);
        await page.context().close();
      }
    });
  }

  test('the command palette is reached by a key and goes to places', async () => {
    const { page, faults } = await gateway.open('/');
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Find or do' });
    await box.fill('budg');
    assert.deepEqual(await accessibilityFaults(page), []);
    await picture(page, 'palette-1440-light');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Budgets and limits', level: 1 }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('the first page loads less than 250 KB of scripts and styles, packed', async () => {
    const { page } = await gateway.open('/logs');
    const sizes = await page.evaluate<number[]>(
      "performance.getEntriesByType('resource').filter(({ name }) => /\\.(js|css)$/.test(name)).map(({ encodedBodySize }) => encodedBodySize)",
    );
    const sum = sizes.reduce((total, size) => total + size, 0);
    assert.ok(sum > 20_000 && sum < 250_000, `${sum} bytes`);
  });
});
