import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { adminOf } from '../support/admin.ts';
import { completion, fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const run = promisify(execFile);
const readme = readFileSync(path.join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
const [, section = ''] = /## Keys and saved configs\n([^]*?)\n## /.exec(readme) ?? [];
const [saving = '', calling = ''] = [...section.matchAll(/```bash\n([^]*?)```/g)].map(([, text]) => text ?? '');

describe('the lines of the README', () => {
  const gateway = useGateway();
  const ask = adminOf(gateway);
  let upstream: FakeUpstream;
  /** What Gemini answers with. */
  let status = 200;
  before(async () => {
    upstream = await fakeUpstream({
      gemini: (request, response, attempt) => {
        const answer = { candidates: [{ content: { role: 'model', parts: [{ text: 'From Gemini' }] }, finishReason: 'STOP' }] };
        return json(status, status === 200 ? answer : { error: { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' } })(
          request,
          response,
          attempt,
        );
      },
      openai: json(200, completion('From OpenAI')),
    });
  });
  after(() => upstream.close());

  /** The lines as a user runs them, at this gateway. */
  const shell = async (lines: string, env: Readonly<Record<string, string>>): Promise<string> => {
    const script = lines.replaceAll('127.0.0.1:8787', gateway.url).replaceAll('curl ', 'curl -sS ');
    const { stdout } = await run('sh', ['-ec', script], { env: { ...process.env, ...env } });
    return stdout;
  };

  it('save a virtual key, a config and an API key, and call with them', async () => {
    const [provider = '', config = '', apiKey = ''] = saving.trim().split('\n');
    await shell(provider, { GOOGLE_KEY: 'AIza-of-the-readme' });
    await ask('PUT', '/providers/google-virtual-key', { custom_host: `${upstream.url}/gemini` });
    const second = '"api_key":"sk-***"';
    assert.ok(config.includes(second));
    await shell(config.replace(second, `${second},"custom_host":"${upstream.url}/openai/v1"`), {});
    const { key } = JSON.parse(await shell(apiKey, {})) as { key: string };

    const first = JSON.parse(await shell(calling, { SLUICE_KEY: key })) as { choices: { message: { content: string } }[] };
    assert.equal(first.choices[0]?.message.content, 'From Gemini');
    assert.equal(upstream.seen.at(-1)?.headers['x-goog-api-key'], 'AIza-of-the-readme');
    status = 429;
    const fallen = JSON.parse(await shell(calling, { SLUICE_KEY: key })) as typeof first;
    assert.equal(fallen.choices[0]?.message.content, 'From OpenAI');
    assert.equal(upstream.seen.at(-1)?.headers['authorization'], 'Bearer sk-***');
    assert.ok(!JSON.stringify(upstream.seen).includes(key));
  });
});
