import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completion, fakeUpstream, json, type Answer, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

describe('retries and timeouts', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  const error = (code: number, headers: Readonly<Record<string, string>> = {}): Answer =>
    json(code, { error: { message: 'no', type: 't', param: null, code: null } }, headers);
  const ok = json(200, completion('ok'));
  const firstFails =
    (failure: Answer): Answer =>
    (request, response, attempt) =>
      attempt === 0 ? failure(request, response, attempt) : ok(request, response, attempt);
  before(async () => {
    upstream = await fakeUpstream({
      once500: firstFails(error(500)),
      onceCut: firstFails((_, response) => void response.destroy()),
      once429: firstFails(error(429, { 'retry-after-ms': '50' })),
      dated: firstFails(error(429, { 'retry-after': new Date(Date.now() + 500).toUTCString() })),
      always503: error(503),
      always400: error(400),
      patient: error(429, { 'retry-after': '100' }),
      slow: (_, response) =>
        void setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion('late'))), 2_000).unref(),
      ok,
    });
  });
  after(() => upstream.close());
  const target = (path: string, more: object = {}): object => ({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more });
  const count = (path: string): number => upstream.seen.filter(({ url }) => url.startsWith(`/${path}/`)).length;
  const retries = (response: Response): string | null => response.headers.get('x-portkey-retry-attempt-count');

  it('tries again after a 500 and after a broken connection', async () => {
    for (const path of ['once500', 'onceCut']) {
      const response = await gateway.chat(target(path, { retry: { attempts: 3 } }));
      assert.equal(response.status, 200);
      assert.equal(retries(response), '1');
      assert.equal(count(path), 2);
    }
  });

  it('gives up with -1 when the attempts are used up', async () => {
    const response = await gateway.chat(target('always503', { retry: { attempts: 1 } }));
    assert.equal(response.status, 503);
    assert.equal(retries(response), '-1');
    assert.equal(count('always503'), 2);
  });

  it('does not repeat a 400 unless the config lists it', async () => {
    const plain = await gateway.chat(target('always400', { retry: { attempts: 2 } }));
    assert.equal(retries(plain), '0');
    assert.equal(count('always400'), 1);
    await gateway.chat(target('always400', { retry: { attempts: 1, on_status_codes: [400] } }));
    assert.equal(count('always400'), 3);
  });

  it('waits as long as the provider asks, in milliseconds, seconds or as a date', async () => {
    for (const path of ['once429', 'dated']) {
      const response = await gateway.chat(target(path, { retry: { attempts: 1, use_retry_after_header: true } }));
      assert.equal(response.status, 200);
      assert.equal(retries(response), '1');
    }
  });

  it('answers at once when the provider asks for too long a wait', async () => {
    const response = await gateway.chat(target('patient', { retry: { attempts: 3, use_retry_after_headers: true } }));
    assert.equal(response.status, 429);
    assert.equal(retries(response), '-1');
    assert.equal(response.headers.get('retry-after'), '100');
    assert.equal(count('patient'), 1);
  });

  it('retries each target of a fallback by the policy that it inherits', async () => {
    const before = count('always503');
    const response = await gateway.chat({ strategy: { mode: 'fallback' }, retry: { attempts: 1 }, targets: [target('always503'), target('ok')] });
    assert.equal(response.status, 200);
    assert.equal(count('always503') - before, 2);
  });

  it('answers 408 when the request timeout passes, by header or by config', async () => {
    const byConfig = await gateway.chat(target('slow', { request_timeout: 100 }));
    assert.equal(byConfig.status, 408);
    const { error: body } = (await byConfig.json()) as { error: { message: string; type: string } };
    assert.equal(body.message, 'Request exceeded the timeout sent in the request: 100ms');
    assert.equal(body.type, 'timeout_error');
    const byHeader = await gateway.chat(target('slow', { request_timeout: 10_000 }), {}, { 'x-portkey-request-timeout': '80' });
    assert.equal(byHeader.status, 408);
  });

  it('falls back on a timeout that the targets inherit', async () => {
    const response = await gateway.chat({
      strategy: { mode: 'fallback', on_status_codes: [408] },
      request_timeout: 100,
      targets: [target('slow'), target('ok')],
    });
    assert.equal(response.status, 200);
  });
});
