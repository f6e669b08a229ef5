import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accessibilityFaults, picture, settled, skip, useConsole } from './support.ts';

describe('the frame of the console', { skip }, () => {
  const gateway = useConsole();

  test('the command palette is reached by a key and goes to places', async () => {
    const { page, faults } = await gateway.open('/connect');
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox', { name: 'Find or do' });
    await box.fill('plgr');
    assert.deepEqual(await accessibilityFaults(page), []);
    await picture(page, 'palette-1440-light');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('letters go to places, but not while something is being written', async () => {
    const { page } = await gateway.open('/connect');
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.getByRole('heading', { name: 'Logs', level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('gc');
    assert.equal(await page.getByLabel('Search calls').inputValue(), 'gc');
    assert.equal(new URL(page.url()).pathname, '/console/logs');
  });

  test('Escape closes one dialog at a time, and the focus goes back to what opened it', async () => {
    await gateway.admin('/providers', { name: 'To be kept', provider: 'openai', key: 'sk-test-1234' });
    const { page, faults } = await gateway.open('/providers');
    const name = page.getByRole('button', { name: 'To be kept' });
    await name.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete To be kept?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Delete To be kept?' }).waitFor({ state: 'detached' });
    const drawer = page.getByRole('dialog', { name: 'To be kept' });
    await drawer.waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    assert.equal(await page.evaluate('document.activeElement?.textContent'), 'To be kept');
    assert.deepEqual(faults, []);
  });

  test('the theme can be turned over, and stays so', async () => {
    const { page } = await gateway.open('/configs', { width: 1440, theme: 'light' });
    await page.getByRole('button', { name: 'Dark theme' }).click();
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
    await page.reload();
    await settled(page);
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
  });

  test('on a small screen the places are behind a button', async () => {
    const { page, faults } = await gateway.open('/logs', { width: 390 });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'API keys' }).waitFor({ state: 'hidden' });
    assert.deepEqual(faults, []);
  });

  test('a page loads less than 250 KB of scripts and styles, packed', async () => {
    const { page } = await gateway.open('/logs', { width: 1000 });
    const sizes = await page.evaluate<number[]>(
      "performance.getEntriesByType('resource').filter(({ name }) => /\\.(js|css)$/.test(name)).map(({ encodedBodySize }) => encodedBodySize)",
    );
    const sum = sizes.reduce((total, size) => total + size, 0);
    assert.ok(sum > 20_000 && sum < 250_000, `${sum} bytes`);
  });

  test('an address that is no page says so', async () => {
    const { page } = await gateway.open('/nowhere');
    await page.getByText('There is no such page').waitFor();
  });
});
