import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { FILE_SETTINGS } from '../../src/directory/file-schema.ts';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';
import { adminOf, errorOf, type Ask } from '../support/admin.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-file-'));
const file = path.join(folder, 'sluice.yaml');
after(() => rmSync(folder, { recursive: true }));

const WHOLE = `
settings:
  require_api_key: true
providers:
  mocky:
    provider: mock
  my-openai:
    provider: openai
    keys:
      - value: \${OPENAI_KEY_OF_TEST}
        weight: 2
      - env: OTHER_KEY_OF_TEST
configs:
  pc-main:
    config:
      strategy: { mode: fallback }
      targets:
        - virtual_key: mocky
        - provider: '@my-openai'
api_keys:
  app:
    key: the-key-of-the-app-from-elsewhere
    default_config: pc-main
policies:
  all-of-it: { kind: usage_limit, type: cost, credit_limit: 100, periodic_reset: monthly }
`;

const env = {
  PORT: '0',
  SLUICE_DATA: 'memory',
  DRAIN_TIMEOUT: '1',
  SLUICE_CONFIG: file,
  OPENAI_KEY_OF_TEST: 'sk-openai-of-test',
  OTHER_KEY_OF_TEST: 'sk-other-of-test',
};

async function opened(text: string): Promise<{ gateway: OpenGateway; ask: Ask }> {
  writeFileSync(file, text);
  const gateway = await openGateway(env);
  return { gateway, ask: adminOf(gateway) };
}

/** Waits for something that follows a change of the file. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

interface FileState {
  readonly ok: boolean;
  readonly problems: readonly string[];
}

describe('sluice.yaml', () => {
  it('holds settings, providers, configs, keys and policies, which the interface shows and does not change', { timeout: 30_000 }, async () => {
    const { gateway, ask } = await opened(WHOLE);
    try {
      const call = (headers: Readonly<Record<string, string>>): Promise<Response> =>
        fetch(`${gateway.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify({ model: 'mock', messages: [{ role: 'user', content: 'Hi' }] }),
        });
      assert.equal((await call({ 'x-portkey-provider': 'mock' })).status, 401);
      assert.equal((await call({ authorization: 'Bearer the-key-of-the-app-from-elsewhere' })).status, 200);
      const shown = (await ask('GET', '/providers/my-openai')).body;
      assert.equal(shown['source'], 'file');
      assert.deepEqual(
        (shown['keys'] as { masked: string }[]).map(({ masked }) => masked),
        ['****test', '****test'],
      );
      assert.equal(((await ask('GET', '/policies')).body['data'] as object[]).length, 1);
      for (const [method, at, body] of [
        ['DELETE', '/providers/mocky'],
        ['PUT', '/configs/pc-main', { name: 'x' }],
        ['POST', '/api-keys/app/rotate', {}],
      ] as const) {
        const refused = await ask(method, at, body);
        assert.deepEqual([refused.status, errorOf(refused).code], [409, 'read_only'], at);
      }
      assert.equal((await ask('POST', '/providers', { id: 'mocky', provider: 'mock' })).status, 409);
    } finally {
      await gateway.close();
    }
  });

  it('is read again when it changes, and what it held before counts while it is broken', { timeout: 30_000 }, async () => {
    const { gateway, ask } = await opened(WHOLE);
    try {
      const state = async (): Promise<FileState> => (await ask('GET', '/status')).body['file'] as FileState;
      writeFileSync(file, WHOLE.replace('virtual_key: mocky', 'virtual_key: mokcy'));
      await until(async () => !(await state()).ok);
      assert.deepEqual((await state()).problems, [
        "sluice.yaml:18 configs.pc-main.config.targets[0].virtual_key: There is no provider saved as 'mokcy'",
      ]);
      for (const [text, problems] of [
        ['', ['sluice.yaml:1 is empty, and was not before']],
        ['providers: {a: {provider: mock', ['sluice.yaml:2 Flow map in block collection must be sufficiently indented and end with a }']],
      ] as const) {
        writeFileSync(file, text === '' ? text : `${text}\n`);
        await until(async () => JSON.stringify((await state()).problems) === JSON.stringify(problems));
      }
      assert.equal((await ask('GET', '/configs/pc-main')).body['version'], 1);
      writeFileSync(
        file,
        WHOLE.replace('mode: fallback', 'mode: loadbalance').replace(/ {2}app:[^]*?pc-main\n/, '  other: { key: another-key-from-elsewhere }\n'),
      );
      await until(async () => (await state()).ok);
      assert.equal((await ask('GET', '/configs/pc-main')).body['version'], 2);
      assert.equal((await ask('GET', '/providers/mocky')).body['version'], 1);
      assert.equal((await ask('GET', '/api-keys/app')).status, 404);
    } finally {
      await gateway.close();
    }
  });

  it('says what models cost, from the next call on after a change, behind MODEL_PRICES', { timeout: 30_000 }, async () => {
    writeFileSync(file, 'prices:\n  mock: { input: 1000000, output: 0 }\n  mock/other: { input: 5, output: 5 }\n');
    const gateway = await openGateway({ ...env, MODEL_PRICES: '{"mock/fixed": {"input": 0, "output": 0, "request": 7000}}' });
    const costOf = async (model: string): Promise<string | null> => {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-portkey-provider': 'mock' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
      });
      await response.arrayBuffer();
      return response.headers.get('x-sluice-cost');
    };
    try {
      const tokens = Number(await costOf('mock'));
      assert.ok(tokens > 0);
      assert.deepEqual([await costOf('fixed'), await costOf('unheard-of')], ['7', null]);
      writeFileSync(
        file,
        'prices:\n  openai/gpt-4o: { input: 123, output: 456 }\n  MOCK: { input: 2000000, output: 0 }\n  mock/fixed: { input: 0, output: 0 }\n',
      );
      await until(async () => Number(await costOf('mock')) === 2 * tokens);
      assert.deepEqual([await costOf('fixed'), await costOf('other')], ['7', null]);
      const listed = (await adminOf(gateway)('GET', '/catalog/models?provider=openai')).body['data'] as { id: string; input_price: number }[];
      assert.equal(listed.find(({ id }) => id === 'gpt-4o')?.input_price, 123);
      assert.notEqual(listed.find(({ id }) => id === 'gpt-4o-mini')?.input_price, 123);
      writeFileSync(file, 'prices:\n  mock: { input: 3000000 }\n');
      const status = async (): Promise<FileState> => (await adminOf(gateway)('GET', '/status')).body['file'] as FileState;
      await until(async () => !(await status()).ok);
      assert.deepEqual((await status()).problems, ['sluice.yaml:2 prices.mock.output: Required']);
      assert.equal(Number(await costOf('mock')), 2 * tokens);
    } finally {
      await gateway.close();
    }
  });

  it('knows settings by the names that the documents have for them', () => {
    const root = path.join(import.meta.dirname, '..', '..');
    const pages = globSync(['README.md', 'docs/*.md'], { cwd: root }).map((name) => readFileSync(path.join(root, name), 'utf8'));
    for (const variable of Object.values(FILE_SETTINGS))
      assert.ok(
        pages.some((text) => text.includes(`\`${variable}`)),
        variable,
      );
  });

  it('is refused at the start with the line of each problem', async () => {
    const cases: readonly (readonly [text: string, problem: RegExp])[] = [
      ['providers: [', /sluice\.yaml:1 /],
      ['settings:\n  prot: 1', /sluice\.yaml:2 settings: Unrecognized key\(s\) in object: 'prot'\. Did you mean 'port'\?/],
      [
        'providers:\n  a:\n    provider: opneai\n    key: x',
        /sluice\.yaml:3 providers\.a\.provider: There is no provider 'opneai'\. Did you mean 'openai'/,
      ],
      [
        'providers:\n  a:\n    provider: openai\n    key: ${NOT_SET_ANYWHERE}',
        /sluice\.yaml:4 providers\.a\.key: The environment has no variable NOT_SET_ANYWHERE/,
      ],
      ['configs:\n  c:\n    config:\n      provider: mock\n      retry: { attempts: -1 }', /sluice\.yaml:5 configs\.c\.config\.retry\.attempts: /],
      ['api_keys:\n  a: { name: x }', /sluice\.yaml:2 api_keys\.a\.key: Expected one of 'key' and 'hash'/],
    ];
    for (const [text, problem] of cases)
      await assert.rejects(opened(text), (error: Error) => problem.test(error.message) || assert.fail(error.message), text);
  });

  it('is missed at the start by the name of its variable where that leads to no file', async () => {
    for (const SLUICE_CONFIG of [folder, path.join(folder, 'none.yaml')])
      await assert.rejects(openGateway({ ...env, SLUICE_CONFIG }), { message: `SLUICE_CONFIG: there is no file ${SLUICE_CONFIG}` });
  });
});
