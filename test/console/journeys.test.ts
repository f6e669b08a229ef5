import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { picture, settled, skip, useConsole } from './support.ts';

describe('journeys through the console', { skip }, () => {
  const gateway = useConsole();

  test('a provider is added, found in the list, and its key is never shown again', async () => {
    const { page, faults } = await gateway.open('/providers');
    await page.getByRole('button', { name: 'Add a provider' }).first().click();
    await page.getByLabel('Provider', { exact: true }).selectOption('anthropic');
    await page.getByLabel('Name', { exact: true }).fill('Claude, production');
    await page.getByLabel('Slug').fill('claude');
    await page.getByLabel('Key 1', { exact: true }).fill('sk-ant-very-secret-7777');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Claude, production' }).waitFor();
    const text = await page.locator('main').textContent();
    assert.match(text ?? '', /@claude/);
    assert.doesNotMatch(text ?? '', /very-secret/);
    const { data } = await gateway.admin('/providers');
    assert.equal(data[0]?.provider, 'anthropic');
    assert.deepEqual(faults, []);
  });

  test('a config is made from a template by the form, its mistakes are told as they are typed, and it is saved, changed and compared', async () => {
    const { page, faults } = await gateway.open('/configs');
    await page.getByRole('link', { name: /Load balance/ }).click();
    await page.getByLabel('Name', { exact: true }).fill('Half and half');
    await page.getByRole('button', { name: 'mock, 70 %' }).click();
    await page.getByLabel('Weight', { exact: true }).fill('0.5');
    const json = page.getByLabel('The config as JSON');
    assert.equal(JSON.parse(await json.inputValue()).targets[0].weight, 0.5);

    const whole = await json.inputValue();
    await json.fill(whole.replace('"loadbalance"', '"loadbalence"'));
    await page.getByText('1 problem', { exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Create' }).isEnabled(), false);
    await json.fill(whole);
    await page.getByText('valid', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('version 1').waitFor();

    await json.fill(whole.replace('0.5', '0.9'));
    await page.getByText('valid', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('version 2', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    const diff = page.getByLabel('What is different');
    await diff.waitFor();
    assert.match((await diff.textContent()) ?? '', /− .*0\.5[\s\S]*\+ .*0\.9/);
    await picture(page, 'config-versions-1440-light');
    assert.deepEqual(faults, []);
  });

  test('an explanation puts its order into the drawing, and a rehearsed fault is survived', async () => {
    const { page, faults } = await gateway.open('/configs/new?from=loadbalance');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.locator('.graph-mark').first().waitFor();
    assert.match((await page.locator('.graph-mark').first().textContent()) ?? '', /^#1 · 70 %/);
    await page.getByRole('tab', { name: 'Try' }).click();
    await page.getByLabel('Inject a fault').selectOption('down');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('answered by mock').waitFor();
    assert.deepEqual(faults, []);
  });

  test('an API key is made, shown once, used, and blocked', async () => {
    const { page, faults } = await gateway.open('/keys');
    await page.getByRole('button', { name: 'New API key' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('Checkout');
    await page.getByRole('button', { name: 'Budget', exact: true }).click();
    await page.getByRole('button', { name: 'Create' }).click();
    const dialog = page.getByRole('dialog', { name: 'The key of Checkout' });
    await dialog.waitFor();
    const key = ((await dialog.locator('pre').textContent()) ?? '').trim();
    const body = { model: 'mock', messages: [{ role: 'user', content: 'Hi' }] };
    const answer = await gateway.chat(body, { 'x-sluice-provider': 'mock', 'x-sluice-api-key': key });
    assert.equal(answer.status, 200);
    await page.getByRole('button', { name: 'I have it' }).click();

    await page.getByRole('button', { name: 'Checkout' }).click();
    await page.getByRole('button', { name: 'Block' }).click();
    await page.getByRole('button', { name: 'Unblock' }).waitFor();
    const refused = await gateway.chat(body, { 'x-sluice-provider': 'mock', 'x-sluice-api-key': key });
    assert.equal(refused.status, 403);
    assert.deepEqual(faults, []);
  });

  test('a key is rotated: the new one is good, and the old one beside it for a while', async () => {
    const body = { model: 'mock', messages: [{ role: 'user', content: 'Hi' }] };
    const { key: old } = await gateway.admin('/api-keys', { name: 'Nightly' });
    const { page, faults } = await gateway.open('/keys');
    await page.getByRole('button', { name: 'Nightly' }).click();
    await page.getByRole('button', { name: 'Rotate' }).click();
    const dialog = page.getByRole('dialog', { name: 'The key of Nightly' });
    const fresh = ((await dialog.locator('pre').textContent()) ?? '').trim();
    assert.notEqual(fresh, old);
    for (const key of [old, fresh]) assert.equal((await gateway.chat(body, { 'x-sluice-provider': 'mock', 'x-sluice-api-key': key })).status, 200);
    assert.deepEqual(faults, []);
  });

  test('a policy is written in a line, holds, and is changed', async () => {
    const body = { model: 'mock', messages: [{ role: 'user', content: 'Hi' }] };
    const headers = { 'x-sluice-provider': 'mock', 'x-sluice-metadata': '{"tier":"free","user":"grace"}' };
    const { page, faults } = await gateway.open('/limits');
    await page.getByRole('button', { name: 'New policy' }).first().click();
    await page.getByLabel('Name').fill('Free tier');
    await page.getByLabel('Amount').fill('1');
    await page.getByLabel('Of', { exact: true }).selectOption('requests');
    await page.getByLabel('Applies to calls with').fill('metadata.tier=free');
    await page.getByLabel('Count separately per').fill('metadata.user');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('1 request a month').waitFor();
    assert.equal((await gateway.chat(body, headers)).status, 200);
    assert.equal((await gateway.chat(body, headers)).status, 412);
    await page.getByRole('button', { name: 'Free tier', exact: true }).click();
    await page.getByLabel('Amount').fill('900');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('900 requests a month').waitFor();
    assert.equal((await gateway.chat(body, headers)).status, 200);
    await page.getByText('metadata.user=grace').waitFor();
    assert.deepEqual(faults, []);
  });

  test('alerts of a budget are written beside it, and what is wrong with one is told at its field', async () => {
    const { page } = await gateway.open('/limits?new=1');
    await page.getByLabel('Name').fill('Watched');
    await page.getByLabel('Alert at').fill('8, 10');
    const webhooks = page.getByLabel('Alert webhooks');
    await webhooks.fill('https://hooks.example.com/budgets\nhooks.example.com');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('.field').filter({ has: webhooks }).getByText('Expected a URL').waitFor();
    assert.equal(await webhooks.evaluate('document.activeElement?.tagName'), 'TEXTAREA');
    await picture(page, 'policy-refused-1440-light');
    await webhooks.fill('https://hooks.example.com/budgets');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('at $8 and $10, to hooks.example.com').waitFor();

    const limits = [{ type: 'requests', credit_limit: 100, alert_threshold: 90, periodic_reset_days: 14 }];
    const { id } = await gateway.admin('/api-keys', { name: 'Watched key', usage_limits: limits });
    await page.goto(`${gateway.url}/console/keys?open=${id}`);
    const alerts = page.getByText('Alerts: at 90 requests');
    await alerts.click();
    assert.equal(await page.getByLabel('Time of budget 1').inputValue(), '14d');
    await page.getByLabel('Alert webhooks').fill('http://10.0.0.1/hook');
    await alerts.click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.field').getByText('private hosts must be TRUSTED_CUSTOM_HOSTS').waitFor();
    await page.getByLabel('Alert webhooks').fill('https://alerts.example.com/hook');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const saved = (await gateway.admin(`/api-keys/${id}`)) as unknown as { usage_limits: readonly object[] };
    const [{ id: _, ...limit } = { id: '' }] = saved.usage_limits as readonly { id: string }[];
    const alerted = { alert_threshold: [90], alert_webhook: ['https://alerts.example.com/hook'] };
    assert.deepEqual(limit, { ...limits[0], ...alerted });
  });

  test('two models are compared side by side, and their code can be taken away', async () => {
    const { page, faults } = await gateway.open('/playground');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByLabel('Model of column 2').fill('other');
    await page.getByLabel('Message').fill('Hello, both of you');
    await page.getByRole('button', { name: 'Send' }).click();
    for (const column of [1, 2]) {
      const region = page.getByRole('region', { name: `Column ${column}` });
      await region.getByText('Hello, both of you', { exact: true }).waitFor();
      await region.getByRole('link', { name: 'In the log' }).waitFor();
      await region.getByText('200', { exact: true }).waitFor();
    }
    assert.match(page.url(), /c=mock%7Emock&c=mock%7Eother/);
    await picture(page, 'playground-answers-1440-light');
    await page.getByRole('button', { name: 'Code' }).click();
    await page.getByRole('tab', { name: 'Anthropic' }).click();
    assert.match((await page.getByRole('dialog').locator('pre').textContent()) ?? '', /@anthropic-ai\/sdk[\s\S]*Hello, both of you/);
    assert.deepEqual(faults, []);
  });

  test('tools are called, a person stands in for them, and pictures go along', async () => {
    const { page, faults } = await gateway.open('/playground');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Insert an example' }).first().click();
    await page.keyboard.press('Escape');
    const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await page.getByLabel('Pictures', { exact: true }).setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: picture });
    await page.getByRole('img', { name: 'Attached 1' }).waitFor();
    await page.getByLabel('Message').fill('What is the weather here?');
    await page.keyboard.press('Enter');
    await page.getByLabel('Result of get_weather').fill('rain');
    await page.getByRole('img', { name: 'Sent with the message' }).waitFor();
    await page.getByRole('button', { name: 'Send the results' }).click();
    await page.getByText('rain', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'In the log' }).waitFor();
    assert.deepEqual(faults, []);
  });

  test('calls come into the log as they end, are filtered by the address, and opened', async () => {
    const { page, faults } = await gateway.open('/logs?search=needle');
    await page.getByText('No call matches').waitFor();
    const stream = await gateway.chat(
      { model: 'mock', stream: true, messages: [{ role: 'user', content: 'a needle in the hay' }] },
      { 'x-sluice-provider': 'mock', 'x-sluice-metadata': '{"user":"grace"}' },
    );
    await stream.text();
    const row = page.getByRole('row').filter({ hasText: 'a needle in the hay' });
    await row.waitFor();

    await page.getByLabel('Search calls').fill('metadata.user:ada ');
    await page.getByText('No call matches').waitFor();
    assert.equal(new URL(page.url()).searchParams.get('metadata.user'), 'ada');
    await page.getByRole('button', { name: 'Remove the filter metadata.user' }).click();
    await page.getByLabel('Status').selectOption('2xx');
    await row.getByRole('link').click();

    await page.getByRole('heading', { name: 'Call', level: 1 }).waitFor();
    await settled(page);
    await page.getByText('a needle in the hay').first().waitFor();
    await page.getByRole('button', { name: 'Replay the stream' }).click();
    await page.getByRole('button', { name: 'Replay the stream' }).waitFor();
    await page.getByRole('button', { name: 'Open in playground' }).click();
    await page.getByRole('heading', { name: 'Playground', level: 1 }).waitFor();
    assert.equal(await page.getByLabel('Message').inputValue(), 'a needle in the hay');
    assert.deepEqual(faults, []);
  });

  test('a call that failed says why, and is replayed by another provider beside what it answered then', async () => {
    const call = { model: 'mock', messages: [{ role: 'user', content: 'a call that fails' }] };
    await (await gateway.chat(call, { 'x-sluice-config': '{"provider":"mock","fault":{"status":503}}' })).text();
    const { page, faults } = await gateway.open('/logs?search=fails');
    await page.getByRole('row').filter({ hasText: 'a call that fails' }).getByRole('link').click();
    await page.getByRole('alert').getByText('503').waitFor();
    await page.getByRole('button', { name: 'Replay…' }).click();
    await page.getByLabel('Config or provider').selectOption('mock');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('region', { name: 'Now' }).getByText('answered by mock').waitFor();
    await page.getByRole('region', { name: 'Then' }).getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('main').getByRole('link', { name: 'Logs' }).click();
    await page.getByRole('heading', { name: 'Logs', level: 1 }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('search'), 'fails');
    assert.deepEqual(faults, []);
  });

  test('calls stand still under a pointer, and keys go from one to the next', async () => {
    const ask = async (text: string): Promise<void> => {
      await (await gateway.chat({ model: 'mock', messages: [{ role: 'user', content: text }] }, { 'x-sluice-provider': 'mock' })).text();
    };
    await ask('the first of several');
    await ask('the second of several');
    const { page, faults } = await gateway.open('/logs?search=several');
    const rows = page.getByRole('row').filter({ hasText: 'several' });
    await rows.nth(1).waitFor();
    await rows.nth(0).hover();
    await ask('the third of several');
    await page.getByRole('button', { name: '1 new call' }).waitFor();
    assert.match((await rows.nth(0).textContent()) ?? '', /the second/);
    await page.getByRole('button', { name: '1 new call' }).click();
    await rows.nth(2).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.getByText('the second of several').first().waitFor();
    assert.deepEqual(faults, []);
  });

  test('a client that is being connected is told that its call has come', async () => {
    const { page, faults } = await gateway.open('/connect?client=cohere');
    await page.getByText('Waiting for a call').waitFor();
    await (await gateway.chat({ model: 'mock', messages: [{ role: 'user', content: 'It works' }] }, { 'x-sluice-provider': 'mock' })).text();
    await page.getByRole('link', { name: 'View the call' }).click();
    await page.getByText('It works').first().waitFor();
    assert.deepEqual(faults, []);
  });
});
