import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fakeUpstream, json, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const ROWS = '{"custom_id":"a"}\n{"custom_id":"b"}\n';

describe('GET /v1/batches/{id}/output', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream((request, response, attempt) => {
      if (request.url === '/v1/batches/done?api-version=1')
        return json(200, { id: 'done', status: 'completed', output_file_id: 'file-7' })(request, response, attempt);
      if (request.url === '/v1/batches/early')
        return json(200, { id: 'early', status: 'in_progress', output_file_id: null })(request, response, attempt);
      if (request.url === '/v1/files/file-7/content?api-version=1')
        return void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(ROWS);
      return json(404, { error: { message: `nothing at ${request.url}` } })(request, response, attempt);
    });
  });
  after(() => upstream.close());
  const ask = (path: string, method = 'GET'): Promise<Response> =>
    fetch(gateway.url + path, {
      method,
      headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url}/v1`, authorization: 'Bearer sk-own' },
    });

  it('gives the rows of the file that the batch names, asked for with the same key', async () => {
    const response = await ask('/v1/batches/done/output?api-version=1');
    assert.equal(response.status, 200);
    assert.equal(await response.text(), ROWS);
    for (const { method, headers } of upstream.seen.slice(-2)) assert.deepEqual([method, headers['authorization']], ['GET', 'Bearer sk-own']);
  });

  it('says what a batch without output is waiting for, and what the provider says of one that is not there', async () => {
    const early = await ask('/v1/batches/early/output');
    assert.equal(early.status, 400);
    assert.match(await early.text(), /The batch has no output: its status is \\"in_progress\\"/);
    const none = await ask('/v1/batches/none/output');
    assert.equal(none.status, 404);
    assert.match(await none.text(), /nothing at \/v1\/batches\/none/);
  });

  it('leaves all other paths of batches to the provider', async () => {
    await ask('/v1/batches/done/output', 'POST');
    assert.equal(upstream.seen.at(-1)?.url, '/v1/batches/done/output');
    await ask('/v1/batches/output');
    assert.equal(upstream.seen.at(-1)?.url, '/v1/batches/output');
  });
});
