import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../../errors.ts';
import type { Receiver, Transport, UpstreamRequest } from '../port.ts';
import { authorizing, withHeaders } from './authorizing.ts';
import { Credentials } from './credentials.ts';
import { requestToken, type TokenSource } from './token.ts';

const REQUEST: UpstreamRequest = { origin: 'https://api.example', path: '/x', method: 'POST', headers: [], body: '{}', guarded: false };
const TOKEN = { url: 'https://login.example/token', method: 'POST', headers: [], body: '' };
const HEAD = { headers: [], contentType: 'application/json', contentEncoding: undefined };

function sourceOf(transport: Transport): TokenSource {
  return { transport, now: () => 1000, credentials: new Credentials(() => 1000) };
}

/** An identity service that answers at once. */
function answering(status: number, ...pieces: readonly (string | Buffer)[]): TokenSource {
  return sourceOf((_, receiver) => {
    receiver.head({ ...HEAD, status });
    for (const piece of pieces) receiver.data(Buffer.from(piece));
    receiver.end();
    return { resume: () => undefined, abort: () => undefined };
  });
}

describe('a token', () => {
  it('is read with its end of life, wherever the answer was split', async () => {
    const bytes = Buffer.from('{"access_token":"tökén","expires_in":"60"}');
    for (let at = 0; at <= bytes.length; at++) {
      const token = await requestToken(answering(200, bytes.subarray(0, at), bytes.subarray(at)), TOKEN);
      assert.deepEqual(token, { value: 'tökén', expiresAt: 61_000 });
    }
  });

  it('is at its end already where the service does not say how long it lives', async () => {
    assert.deepEqual(await requestToken(answering(200, '{"access_token":"t"}'), TOKEN), { value: 't', expiresAt: 1000 });
  });

  it('is missed in answers that hold none, in words that give nothing away', async () => {
    const secret = 'AADSTS7000215 secret-client';
    for (const source of [answering(200, '{}'), answering(200, secret), answering(401, `{"error":"${secret}"}`), answering(302, '')]) {
      await assert.rejects(requestToken(source, TOKEN), (error: GatewayError) => {
        assert.equal(error.code, 'authorization_failed');
        assert.doesNotMatch(JSON.stringify(error.info), /AADSTS|login\.example/);
        return true;
      });
    }
  });

  it('is not waited for longer than ten seconds', async (test) => {
    test.mock.timers.enable({ apis: ['setTimeout'] });
    let isAborted = false;
    const silent = sourceOf(() => ({ resume: () => undefined, abort: () => void (isAborted = true) }));
    const waiting = requestToken(silent, TOKEN);
    test.mock.timers.tick(10_000);
    await assert.rejects(waiting, { code: 'authorization_failed' });
    assert.ok(isAborted);
  });

  it('cannot be had from a service that is not there', async () => {
    const absent = sourceOf((_, receiver) => {
      receiver.fail(new GatewayError('upstream_unreachable', 'The connection failed.'));
      return { resume: () => undefined, abort: () => undefined };
    });
    await assert.rejects(requestToken(absent, TOKEN), { code: 'authorization_failed' });
  });
});

describe('an authorizing transport', () => {
  const receiver: Receiver = { head: () => undefined, data: () => true, end: () => undefined, fail: () => undefined };

  it('sends nothing for a client that has left while its proof was made', async () => {
    const proof = Promise.withResolvers<UpstreamRequest>();
    const sent: UpstreamRequest[] = [];
    const transport: Transport = (request) => {
      sent.push(request);
      return { resume: () => undefined, abort: () => undefined };
    };
    const exchange = authorizing(transport, () => proof.promise)(REQUEST, receiver);
    exchange.abort();
    proof.resolve(REQUEST);
    await proof.promise;
    assert.deepEqual(sent, []);
  });

  it('passes aborting and resuming on once the request is sent', async () => {
    const heard: string[] = [];
    const transport: Transport = () => ({ resume: () => void heard.push('resume'), abort: () => void heard.push('abort') });
    const exchange = authorizing(transport, async (request) => request)(REQUEST, receiver);
    await new Promise(setImmediate);
    exchange.resume();
    exchange.abort();
    assert.deepEqual(heard, ['resume', 'abort']);
  });
});

describe('headers of a proof', () => {
  it('take the place of those of the same name', () => {
    const request = { ...REQUEST, headers: ['authorization', 'Bearer client', 'accept', 'authorization'] };
    assert.deepEqual(withHeaders(request, ['authorization', 'Bearer own']).headers, ['accept', 'authorization', 'authorization', 'Bearer own']);
  });
});
