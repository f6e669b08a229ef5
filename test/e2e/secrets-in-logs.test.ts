import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { adminOf } from '../support/admin.ts';
import { fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';

const SECRETS = {
  provider: 'sk-secret-of-the-provider-1',
  option: 'aws-secret-of-the-option-2',
  inline: 'sk-secret-of-the-config-3',
  admin: 'secret-of-the-admin-4-long',
  file: 'sk-secret-of-the-file-5-env',
  caller: 'sk-secret-of-the-caller-6',
  refused: 'sk-secret-of-a-refused-7',
};

describe('secrets', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-secrets-'));
  let upstream: FakeUpstream;
  let child: ChildProcess;
  let output = '';
  const gateway = { url: '' };

  before(async () => {
    upstream = await fakeUpstream(json(401, { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }));
    writeFileSync(
      path.join(folder, 'sluice.yaml'),
      `providers:\n  filed: { provider: openai, key: '\${FILED}', custom_host: '${upstream.url}/v1' }\n`,
    );
    const env = {
      ...process.env,
      PORT: '0',
      SLUICE_DATA: path.join(folder, 'data'),
      SLUICE_CONFIG: path.join(folder, 'sluice.yaml'),
      SLUICE_ADMIN_KEY: SECRETS.admin,
      FILED: SECRETS.file,
    };
    child = spawn(process.execPath, [path.join(import.meta.dirname, '..', '..', 'src', 'cli.ts')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    gateway.url = await new Promise((resolve) => {
      const take = (piece: Buffer): void => {
        output += piece.toString('utf8');
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
        if (url !== undefined) resolve(url);
      };
      child.stdout?.on('data', take);
      child.stderr?.on('data', take);
    });
  });
  after(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await upstream.close();
    rmSync(folder, { recursive: true });
  });

  it('are in no line of the log, and nothing on disk has them as they are', { timeout: 60_000 }, async () => {
    const ask = adminOf(gateway, { authorization: `Bearer ${SECRETS.admin}` });
    await ask('POST', '/providers', { id: 'saved', provider: 'openai', key: SECRETS.provider, custom_host: `${upstream.url}/v1` });
    await ask('POST', '/providers', {
      id: 'aws',
      provider: 'bedrock',
      custom_host: upstream.url,
      options: { aws_region: 'us-east-1', aws_access_key_id: SECRETS.option, aws_secret_access_key: SECRETS.option },
    });
    await ask('POST', '/configs', { id: 'pc-own', config: { provider: 'openai', api_key: SECRETS.inline, custom_host: `${upstream.url}/v1` } });
    await ask('POST', '/providers', { provider: 'openai', key: SECRETS.refused, custom_host: 'http://10.0.0.1' });
    const { key } = (await ask('POST', '/api-keys', { name: 'app' })).body as { key: string };
    const call = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-portkey-api-key': key, authorization: `Bearer ${SECRETS.caller}`, ...headers },
        body: JSON.stringify({ model: 'gpt-4', messages: [{ role: 'user', content: 'Hi' }] }),
      });
    for (const slug of ['saved', 'filed', 'aws']) await (await call({ 'x-portkey-virtual-key': slug })).text();
    await (await call({ 'x-portkey-config': 'pc-own' })).text();
    await (await call({ 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url}/v1` })).text();
    await ask('POST', '/providers/saved/test');
    assert.ok(upstream.seen.some(({ headers }) => headers['authorization'] === `Bearer ${SECRETS.provider}`));
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;

    const kept = filesBelow(path.join(folder, 'data')).map((file) => [file, readFileSync(file, 'latin1')] as const);
    for (const [name, secret] of Object.entries({ ...SECRETS, made: key })) {
      assert.ok(!output.includes(secret), `${name} is in the log`);
      for (const [file, text] of kept) assert.ok(!text.includes(secret), `${name} is in ${file}`);
    }
  });
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((file) => statSync(file).isFile());
}
