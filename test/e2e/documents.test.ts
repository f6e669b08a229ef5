import { deepEqual, doesNotThrow, equal, match } from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseConfig } from '../../src/config/parse.ts';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';
import { curlCalls, type CurlCall } from '../support/shell.ts';

const root = path.join(import.meta.dirname, '..', '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
/** Those about keys are run by a test of their own. */
const calls = curlCalls(readme.replace(/^## Keys and saved configs$[^]*?^## /m, '## '), { OPENAI_KEY: 'sk-openai', GOOGLE_KEY: 'google-key' });

const story = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Once upon a time' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 4, totalTokenCount: 12 },
};

describe('the commands of the README', () => {
  const gateway = useGateway();
  let openai: FakeUpstream;
  let google: FakeUpstream;
  let limited: FakeUpstream;
  before(async () => {
    openai = await fakeUpstream(json(200, completion('This is a test.')));
    google = await fakeUpstream(json(200, story));
    limited = await fakeUpstream((request, response, attempt) =>
      request.url.includes('generateContent')
        ? json(429, { error: { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' } })(request, response, attempt)
        : json(200, completion('From the second one'))(request, response, attempt),
    );
  });
  after(() => Promise.all([openai.close(), google.close(), limited.close()]));

  async function run(
    { path: route, headers, body }: CurlCall,
    upstream?: FakeUpstream,
  ): Promise<{ status: number; text: unknown; index: string | null }> {
    const host = upstream === undefined ? undefined : { 'x-portkey-custom-host': upstream.url };
    const response = await gateway.post(route, body, { ...headers, ...host });
    const reply = (await response.json()) as { choices?: { message?: { content?: unknown } }[] };
    return { status: response.status, text: reply.choices?.[0]?.message?.content, index: response.headers.get('x-portkey-last-used-option-index') };
  }

  test('get a first answer without a key', async () => {
    const { status, text } = await run(calls[0] as CurlCall);
    equal(status, 200);
    match(String(text), /Hello/);
  });

  test('reach OpenAI with its key', async () => {
    deepEqual(await run(calls[1] as CurlCall, openai), { status: 200, text: 'This is a test.', index: 'config' });
    equal(openai.seen[0]?.headers['authorization'], 'Bearer sk-openai');
  });

  test('reach Google in its own language', async () => {
    deepEqual(await run(calls[2] as CurlCall, google), { status: 200, text: 'Once upon a time', index: 'config' });
    equal(google.seen[0]?.headers['x-goog-api-key'], 'google-key');
    deepEqual(google.seen[0]?.body?.['contents'], [{ role: 'user', parts: [{ text: 'Write a story about a magic backpack.' }] }]);
  });

  test('fall back to the second provider when the first is rate limited', async () => {
    deepEqual(await run(calls[3] as CurlCall, limited), { status: 200, text: 'From the second one', index: 'config.targets[1]' });
    equal(limited.seen.at(-1)?.body?.['model'], 'gpt-4');
  });

  test('are all tried here', () => equal(calls.length, 4));
});

describe('the documents', () => {
  const pages = ['*.md', 'docs/*.md', 'examples/**/*.md'].flatMap((pattern) => globSync(pattern, { cwd: root }));

  test('hold configs that the gateway takes', () => {
    const configs = pages.flatMap((page) =>
      [...readFileSync(path.join(root, page), 'utf8').matchAll(/^```json\n(\{.*?)^```$/gms)].map((found) => found[1] ?? ''),
    );
    equal(configs.length > 0, true);
    // A policy has a kind, which no config has.
    for (const config of configs.filter((text) => !text.includes('"kind"'))) doesNotThrow(() => parseConfig(config, { providerInHeaders: false }));
  });

  test('link to files that are there', () => {
    const broken = pages.flatMap((page) => {
      const links = [...readFileSync(path.join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((found) => found[1] ?? '');
      return links.filter((link) => !existsSync(path.join(root, path.dirname(page), link))).map((link) => `${page}: ${link}`);
    });
    deepEqual(broken, []);
  });

  test('give the reason of every dependency, and of no other', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<string, object>;
    const rows = readFileSync(path.join(root, 'docs', 'dependencies.md'), 'utf8').match(/^\| `.*?` \|/gm) ?? [];
    const named = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? ''));
    deepEqual(named.toSorted(), Object.keys({ ...dependencies, ...devDependencies }).toSorted());
  });

  test('name every setting of the server in the README', () => {
    const source = readFileSync(path.join(root, 'src', 'server', 'settings.ts'), 'utf8');
    const settings = [...source.matchAll(/\benv(?:\[|, )'([A-Z_]+)'/g)].map((found) => found[1] ?? '');
    equal(settings.length > 5, true);
    deepEqual(
      settings.filter((name) => !readme.includes(`\`${name}\``)),
      [],
    );
  });
});
