import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tryProvider, skewOf, verdictOnSkew } from '../../src/cli/examine-network.ts';
import { nodeVersion } from '../../src/cli/examine.ts';
import { UsageError } from '../../src/cli/command.ts';
import { COMMANDS, main } from '../../src/cli/main.ts';
import { openGateway, type OpenGateway } from '../../src/server/start.ts';
import { fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { startPostgres, startRedis, withoutPostgres, withoutRedis } from '../support/services.ts';

const CLI = path.join(import.meta.dirname, '../../src/cli.ts');

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts `sluice` in a folder of its own, with nothing of this process's environment. */
function begin(args: readonly string[], env: Readonly<Record<string, string>>, folder: string): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } });
}

describe('sluice', () => {
  let folder = '';
  before(() => void (folder = mkdtempSync(path.join(tmpdir(), 'sluice-cli-'))));
  after(() => rmSync(folder, { recursive: true }));

  async function sluice(
    args: string,
    { env = {}, input = '' }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
  ): Promise<Ran> {
    const child = begin(args.split(' '), env, folder);
    let out = '';
    let err = '';
    child.stdout?.on('data', (text) => void (out += String(text)));
    child.stderr?.on('data', (text) => void (err += String(text)));
    child.stdin?.end(input);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, out, err };
  }

  it('says what it can do, and what each command does', async () => {
    const { out, code } = await sluice('--help');
    assert.equal(code, 0);
    for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
      assert.ok(out.includes(`sluice ${name}`) && out.includes(summary), name);
      const { help } = await load();
      assert.ok(help.startsWith(`sluice ${name}`) && /^Exit codes: /m.test(help), name);
    }
    const help = await sluice('check --help');
    assert.deepEqual([help.code, help.out], [0, `${(await COMMANDS['check']?.load())?.help}\n`]);
    assert.match((await sluice('--version')).out, /^\d+\.\d+\.\d+\n$/);
  });

  it('exits with 2 when it is not called as it wants to be, and says why', async () => {
    for (const args of [
      'chek',
      'constructor',
      'providers --colour',
      'providers too many',
      'check not-there.json',
      'logs --since yesterday',
      'logs -n many',
    ])
      await assert.rejects(main(args.split(' '), {}), UsageError, args);
    const { code, err } = await sluice('chek');
    assert.deepEqual([code, err], [2, 'sluice: unknown command "chek"; sluice --help lists them all\n']);
  });

  it('lists the providers, for people and for programs', async () => {
    assert.match((await sluice('providers')).out, /^openai +OpenAI +https:/m);
    const list = JSON.parse((await sluice('providers --json')).out) as { readonly id: string; readonly key_variable: string | null }[];
    assert.equal(list.find(({ id }) => id === 'groq')?.key_variable, 'GROQ_API_KEY');
  });

  it('checks configs, and says in which line something is wrong', async () => {
    const good = await sluice('check -', { input: '{"provider": "openai", "api_key": "k"}' });
    assert.deepEqual([good.code, good.out], [0, '-: a valid config\n']);
    const bad = await sluice('check -', {
      input: '{\n"strategy": {"mode": "fallback"},\n"targets": [\n{"provider": "openai"},\n{"provider": "openai", "apikey": "k"}]}',
    });
    assert.deepEqual([bad.code, bad.out], [1, "-:5 targets[1]: Unrecognized key(s) in object: 'apikey'. Did you mean 'api_key'?\n"]);
    const yaml = await sluice('check - --json', { input: 'strategy:\n  mode: fallbak\ntargets: []\n' });
    const { valid, problems } = JSON.parse(yaml.out) as { valid: boolean; problems: string[] };
    assert.deepEqual([yaml.code, valid], [1, false]);
    assert.match(problems[0] as string, /^-:2 strategy\.mode: /);
    assert.equal((await sluice('check -', { input: '{"provider": ' })).code, 1);
  });

  it('checks a sluice.yaml', async () => {
    writeFileSync(path.join(folder, 'sluice.yaml'), 'providers:\n  mine:\n    provider: openai\n    keey: x\n');
    const { code, out } = await sluice('check');
    assert.equal(code, 1);
    assert.match(out, /^sluice\.yaml:\d providers\.mine.*keey/);
    const prices = '"gpt-*-mini": { input: 1, output: 2 }, mine: { input: -1, output: 1, cashed: 2 }';
    assert.deepEqual((await sluice('check -', { input: `prices: { ${prices} }\n` })).out.split('\n'), [
      "-:1 prices.gpt-*-mini: The name of a model can have a '*' at its end only",
      '-:1 prices.mine.input: Number must be greater than or equal to 0',
      "-:1 prices.mine: Unrecognized key(s) in object: 'cashed'",
      '',
    ]);
    const good = 'providers: { mine: { provider: mock } }\nprices: { a: { input: 1, output: 2 }, "b/*": { input: 0, output: 0 } }\n';
    assert.equal((await sluice('check -', { input: good })).out, '-: a valid sluice.yaml (providers: 1, prices: 2)\n');
    rmSync(path.join(folder, 'sluice.yaml'));
  });

  describe('doctor', () => {
    const line = (out: string, name: string): string => out.split('\n').find((text) => text.slice(6).startsWith(name)) ?? '';

    it('finds nothing wrong where all is well, and shows no keys', async () => {
      const { code, out } = await sluice('doctor --offline', { env: { PORT: '0', OPENAI_API_KEY: 'sk-very-secret-key-0123456789' } });
      assert.equal(code, 0, out);
      assert.match(out, /\nNo check failed\.\n$/);
      for (const name of ['Node', 'settings', 'data folder', 'port', 'SQLite']) assert.match(line(out, name), /^ok /, name);
      assert.match(line(out, 'openai'), /^- +openai +not asked \(--offline\)/);
      assert.ok(!out.includes('very-secret'));
    });

    it('says what to do about each thing that is wrong', async () => {
      const blocker: Server = createServer((_, response) => void response.end('something else'));
      await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve).unref());
      const env = {
        PORT: String((blocker.address() as AddressInfo).port),
        SLUICE_DATA: path.join(CLI, 'data'),
        DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/db',
        REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
        SLUICE_CONFIG: 'not-there.yaml',
      };
      const { code, out } = await sluice('doctor --offline --json', { env });
      const findings = JSON.parse(out) as { name: string; state: string; detail: string; advice?: string }[];
      const failed = findings.filter(({ state }) => state === 'fail');
      assert.equal(code, 1);
      assert.deepEqual(
        failed.map(({ name }) => name),
        ['sluice.yaml', 'data folder', 'Postgres', 'Redis', 'port'],
      );
      assert.ok(failed.every(({ detail, advice }) => detail !== '' && (advice ?? '') !== ''));
      assert.ok(!out.includes('hunter2'));
      await new Promise((resolve) => blocker.close(resolve));
    });

    it('finds Redis and Postgres where they are', { skip: withoutRedis ?? withoutPostgres ?? false }, async () => {
      const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
      try {
        const { out, code } = await sluice('doctor --offline', { env: { PORT: '0', DATABASE_URL: postgres.url, REDIS_URL: redis.url } });
        assert.match(line(out, 'Postgres'), /^ok +Postgres +Postgres \d+/);
        assert.match(line(out, 'Redis'), /^ok +Redis +Redis \d+\.\d+/);
        assert.equal(code, 0);
      } finally {
        await Promise.all([redis.dispose(), postgres.dispose()]);
      }
    });

    it('tells a setting that is wrong', async () => {
      const { code, out } = await sluice('doctor --offline', { env: { PORT: 'eighty' } });
      assert.equal(code, 1);
      assert.match(line(out, 'settings'), /^FAIL {2}settings +PORT: expected a whole number/);
    });

    it('tells a key that the provider takes from one that it refuses, and from a provider that is not there', async () => {
      const upstream: FakeUpstream = await fakeUpstream((request, response) =>
        (request.headers['authorization'] === 'Bearer right'
          ? json(200, { object: 'list', data: [{ id: 'm' }] })
          : json(401, { error: { message: 'no' } }))(request, response, 0),
      );
      const provider = { id: 'openai', keyVariable: 'OPENAI_API_KEY' };
      const at = (key: string, host = upstream.url): ReturnType<typeof tryProvider> =>
        tryProvider(provider, { OPENAI_API_KEY: key }, { 'x-portkey-custom-host': host });
      assert.deepEqual(await at('right'), { state: 'ok', detail: 'accepts the key in OPENAI_API_KEY; 1 models' });
      assert.equal((await at('wrong')).state, 'fail');
      await upstream.close();
      assert.deepEqual((await at('right')).detail, 'cannot be reached');
    });

    it('has a gateway that runs here try what is saved in it', async () => {
      const upstream = await fakeUpstream((request, response) =>
        (request.headers['authorization'] === 'Bearer right' ? json(200, { object: 'list', data: [] }) : json(401, { error: { message: 'no' } }))(
          request,
          response,
          0,
        ),
      );
      const gateway = await openGateway({ PORT: '0', DRAIN_TIMEOUT: '1', SLUICE_DATA: 'memory' });
      const save = (id: string, key: string): Promise<Response> =>
        fetch(`${gateway.url}/admin/v1/providers`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ id, provider: 'openai', key, custom_host: upstream.url }),
        });
      const verdict = async (): Promise<string> => line((await sluice('doctor', { env: { SLUICE_URL: gateway.url, PORT: '0' } })).out, 'saved');
      await save('good', 'right');
      assert.match(await verdict(), /^ok +saved providers +all 1 answer/);
      await save('bad', 'wrong');
      assert.match(await verdict(), /^FAIL +saved providers +@bad answers 401/);
      await Promise.all([gateway.close(), upstream.close()]);
    });

    it('tells a clock that is off', () => {
      const now = Date.parse('2026-01-01T00:10:00Z');
      assert.equal(skewOf('Thu, 01 Jan 2026 00:00:00 GMT', now), 600);
      assert.equal(skewOf('nonsense', now), undefined);
      assert.deepEqual([verdictOnSkew(2, 'x').state, verdictOnSkew(-120, 'x').state, verdictOnSkew(600, 'x').state], ['ok', 'warn', 'fail']);
    });

    it('tells a Node that is too old', () => {
      assert.deepEqual(
        ['18.20.0', '20.1.0', '22.13.0', '24.0.0'].map((version) => nodeVersion(version).state),
        ['fail', 'warn', 'ok', 'ok'],
      );
    });
  });

  describe('logs', () => {
    let gateway: OpenGateway;
    before(async () => {
      gateway = await openGateway({ PORT: '0', DRAIN_TIMEOUT: '1', SLUICE_DATA: path.join(folder, 'data') });
    });
    after(() => gateway.close());

    async function call(model = 'mock', provider = 'mock'): Promise<string> {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-portkey-provider': provider, 'x-portkey-metadata': '{"team":"a"}' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] }),
      });
      await response.text();
      return response.headers.get('x-sluice-request-id') ?? '';
    }
    const show = (args: string): Promise<Ran> => sluice(`logs ${args}`.trim(), { env: { SLUICE_URL: gateway.url } });
    /** Until the calls are in the log. */
    async function shown(args: string, ...ids: string[]): Promise<string> {
      for (;;) {
        const { out } = await show(args);
        if (ids.every((id) => out.includes(id))) return out;
      }
    }

    it('show the last calls, one a line, the oldest first, filtered as asked', async () => {
      const [good, bad] = [await call(), await call('mock', 'nobody')];
      const lines = (await shown('', good, bad)).trimEnd().split('\n');
      assert.match(lines.at(-2) ?? '', new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  200  mock +mock +\\d+ ms .* ${good}$`));
      assert.match(lines.at(-1) ?? '', new RegExp(`  400  .* unknown_provider .*${bad}$`));
      const failed = (await show('--errors')).out;
      assert.deepEqual([failed.includes(good), failed.includes(bad)], [false, true]);
      assert.equal((await show('--metadata team=b')).out, 'no matching calls\n');
      assert.equal((await show('--since 1h --json -n 1')).out.trim().split('\n').length, 1);
    });

    it('show one call with what was asked and answered', async () => {
      const id = await call();
      await shown('', id);
      const { out, code } = await show(id);
      assert.equal(code, 0);
      assert.match(out, /attempts:\n {2}config {2}mock {2}200 {2}/);
      assert.match(out, /request:\n.*Hello!/s);
      assert.match(out, /metadata: {2}\{"team":"a"\}/);
      const missing = await show('0'.repeat(32));
      assert.deepEqual([missing.code, /There is no call/.test(missing.err)], [1, true]);
    });

    it('show calls as they come', async () => {
      const child = begin(['logs', '--follow', '-n', '0', '--json'], { SLUICE_URL: gateway.url }, folder);
      let out = '';
      child.stdout?.on('data', (text) => void (out += String(text)));
      const ids: string[] = [];
      while (out.trim().split('\n').length < 3) {
        ids.push(await call());
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      child.kill();
      const seen = out
        .trim()
        .split('\n')
        .slice(0, 3)
        .map((text) => (JSON.parse(text) as { id: string }).id);
      assert.equal(new Set(seen).size, 3);
      assert.ok(seen.every((id) => ids.includes(id)));
    });

    it('say so when there is no gateway', async () => {
      const { code, err } = await sluice('logs --url http://127.0.0.1:1');
      assert.equal(code, 1);
      assert.match(err, /^sluice: there is no gateway at http:\/\/127\.0\.0\.1:1 \(.*\); --url says where it is\n$/);
    });
  });
});
