import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { accessibilityFaults, picture, skip, useConsole, type TestConsole } from './support.ts';

const THEMES = ['light', 'dark'] as const;

/** Whether whatever dialog is open can be seen whole. */
const IN_VIEW = `[...document.querySelectorAll('dialog[open]')].every((dialog) => {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
})`;

/** What the pages are shown with. */
interface Things {
  config: string;
  call: string;
  provider: string;
  key: string;
}

/** Pages that show what happens, and pages that set things up: two files of tests take half of them each. */
const PAGES: Readonly<Record<'see' | 'set up', Readonly<Record<string, (things: Things) => string>>>> = {
  see: {
    overview: () => '/',
    logs: () => '/logs',
    call: ({ call }) => `/logs/${call}`,
    'call-request': ({ call }) => `/logs/${call}?tab=request`,
    playground: () => '/playground?c=mock~mock&c=mock~other',
    connect: () => '/connect?client=codex',
  },
  'set up': {
    configs: () => '/configs',
    config: ({ config }) => `/configs/${config}`,
    'config-new': () => '/configs/new?from=conditional',
    providers: () => '/providers',
    provider: ({ provider }) => `/providers?open=${provider}`,
    keys: () => '/keys',
    key: ({ key }) => `/keys?open=${key}`,
    limits: () => '/limits',
    policy: () => '/limits?new=1',
  },
};

/** Tests pages of the console at a width, in both themes, against a gateway under traffic. */
export function walk(width: number, part: keyof typeof PAGES): void {
  describe(`pages to ${part}, ${width} pixels wide, under traffic`, { skip }, () => {
    const gateway = useConsole();
    const things: Things = { config: '', call: '', provider: '', key: '' };
    before(async () => {
      if (skip === false) await fill(gateway, things);
    });

    const look = async (name: string, { where, theme }: { readonly where: string; readonly theme: 'light' | 'dark' }): Promise<void> => {
      const { page, faults } = await gateway.open(where, { theme, width });
      await picture(page, `${name}-${width}-${theme}`);
      assert.deepEqual(await accessibilityFaults(page), [], theme);
      const fits = await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
      assert.equal(fits, true, `${theme}: the page scrolls sideways`);
      assert.equal(await page.evaluate(IN_VIEW), true, `${theme}: a dialog stands outside of the window`);
      assert.deepEqual(faults, [], theme);
      await page.close();
    };

    for (const [name, where] of Object.entries(PAGES[part])) {
      test(`${name}: no errors, no other host, nothing that shuts people out, in both themes`, async () => {
        await Promise.all(THEMES.map((theme) => look(name, { where: where(things), theme })));
      });
    }
  });
}

async function fill(gateway: TestConsole, things: Things): Promise<void> {
  things.provider = (await gateway.admin('/providers', { name: 'OpenAI, production', provider: 'openai', key: 'sk-test-abcdefgh1234' })).id;
  const config = { strategy: { mode: 'fallback' }, targets: [{ provider: 'mock', override_params: { model: 'mock-503' } }, { provider: 'mock' }] };
  things.config = (await gateway.admin('/configs', { name: 'Resilient', config })).id;
  const limits = [{ type: 'requests', credit_limit: 100, periodic_reset: 'daily' }];
  const key = await gateway.admin('/api-keys', { name: 'Checkout', usage_limits: limits });
  things.key = key.id;
  const headers = { 'x-sluice-api-key': key.key, 'x-sluice-metadata': '{"user":"ada"}' };
  for (let i = 0; i < 12; i++) {
    const call = { model: i % 4 === 3 ? 'mock-429' : 'mock', stream: i % 2 === 0, messages: [{ role: 'user', content: 'What is a *sluice*?' }] };
    const where = i % 4 === 0 ? { 'x-sluice-config': things.config } : { 'x-sluice-provider': 'mock' };
    await (await gateway.chat(call, { ...where, ...headers })).text();
  }
  await eventually('the calls are in the log', async () => {
    const { data } = await gateway.admin(`/logs?config=${things.config}`);
    things.call = data[0]?.id ?? '';
    return things.call !== '';
  });
}
