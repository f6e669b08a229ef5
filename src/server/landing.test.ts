import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAT_DIALECTS } from '../dialects/index.ts';
import { landingPage } from './landing.ts';

const providers = [
  { id: 'mock', name: 'Mock', hasKey: false },
  { id: 'north', name: 'North & Sons', hasKey: true },
  { id: 'south', name: 'South', hasKey: false },
];
const page = landingPage({ version: '1.2.3', baseUrl: 'http://localhost:9000', providers });

test('both pages say what runs, where, and with which keys', () => {
  for (const body of [page.html, page.text]) {
    assert.match(body, /1\.2\.3/);
    assert.match(body, /http:\/\/localhost:9000\/v1\/chat\/completions/);
    assert.match(body, /3 providers/);
    assert.match(body, /environment: north\b/);
  }
});

test('the first command of the text page can be pasted as it stands', () => {
  const command = /curl (?:.*\\\n)+.*/.exec(page.text)?.[0] ?? '';
  const body = /-d '(.*)'$/.exec(command)?.[1] ?? '';
  assert.deepEqual(JSON.parse(body), { model: 'mock', messages: [{ role: 'user', content: 'Hello!' }] });
  assert.match(command, /-H 'x-portkey-provider: mock'/);
});

test('the configs of the commands are JSON', () => {
  const config = /x-portkey-config: (\{.*\})'/.exec(page.text)?.[1] ?? '';
  assert.equal((JSON.parse(config) as { targets: unknown[] }).targets.length, 2);
});

test('the HTML page loads nothing from elsewhere', () => {
  assert.doesNotMatch(page.html, /\bsrc=|@import|url\(|<link(?! rel="icon" href="data:)/);
});

test('names are escaped', () => {
  assert.match(page.html, /North &amp; Sons/);
  assert.doesNotMatch(page.html, /North & Sons/);
});

test('a host header that could end a shell word is not shown', () => {
  const hostile = landingPage({ version: '1', baseUrl: `http://x'$(id)"><script>alert(1)</script>`, providers });
  assert.doesNotMatch(hostile.html, /alert\(1\)/);
  assert.match(hostile.text, /curl http:\/\/127\.0\.0\.1:8787\//);
});

test('the provider whose key was found is chosen for the commands', () => {
  assert.match(page.html, /<option value="north" selected>/);
  assert.equal(page.html.match(/ selected>/g)?.length, 1);
});

test('every dialect is named with the path that its clients post to', () => {
  for (const { dialect, path } of CHAT_DIALECTS.filter(({ clients }) => clients === undefined)) {
    const shown = path.replace('{version}', 'v1beta');
    assert.ok(page.text.split('\n').some((line) => line.includes(shown) && line.includes(dialect.name)));
    assert.ok(page.html.includes(`<code>${shown}</code>`));
  }
  assert.match(page.text, /Gemini; :streamGenerateContent too/);
});
