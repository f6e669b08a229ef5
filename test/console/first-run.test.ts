import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accessibilityFaults, picture, settled, skip, useConsole } from './support.ts';

describe('the first visit', { skip }, () => {
  const gateway = useConsole();

  test('one click gives a first answer, and the figures appear by themselves', async () => {
    const { page, faults } = await gateway.open('/');
    assert.deepEqual(await accessibilityFaults(page), []);
    await picture(page, 'first-run-1440-light');
    await page.getByRole('button', { name: 'Get a first answer' }).click();
    await page
      .getByText('Answered in')
      .or(page.getByRole('region', { name: 'Requests' }).first())
      .first()
      .waitFor();
    await page.getByRole('region', { name: 'Requests' }).first().getByText('1', { exact: true }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('the landing page leads to the console', async () => {
    const { page } = await gateway.open('/');
    await page.goto(gateway.url);
    await page.getByRole('link', { name: 'Open the console' }).click();
    await settled(page);
    assert.equal(new URL(page.url()).pathname, '/console/');
  });
});

describe('a gateway with an admin key', { skip }, () => {
  const gateway = useConsole({ SLUICE_ADMIN_KEY: 'open-sesame-1234', REQUIRE_API_KEY: '1' });

  test('is opened with it, and keeps it for the tab only', async () => {
    const { page } = await gateway.open('/configs?x=1').catch(() => ({ page: undefined }));
    assert.ok(page !== undefined);
    const box = page.getByRole('textbox', { name: 'Admin key' });
    await box.fill('wrong');
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByText('The gateway refuses this key.').waitFor();
    await picture(page, 'admin-key-1440-light');
    await box.fill('open-sesame-1234');
    await page.getByRole('button', { name: 'Open the console' }).click();
    await page.getByText('No configs yet').waitFor();
    assert.equal(await page.evaluate("sessionStorage.getItem('sluice.admin-key')"), 'open-sesame-1234');
    assert.equal(await page.evaluate("localStorage.getItem('sluice.admin-key')"), null);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Get a first answer' }).click();
    await page.getByRole('region', { name: 'Requests' }).first().getByText('1', { exact: true }).waitFor();
  });
});
