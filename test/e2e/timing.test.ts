import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chunk, completion, fakeUpstream, json, sse, type FakeUpstream } from '../support/fake-upstream.ts';
import { useGateway } from '../support/gateway.ts';

const DELAY = 80;
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Timing {
  /** Of the whole answer, as the client saw it. */
  readonly total: number;
  readonly overhead: number;
  readonly gateway: number;
  readonly upstream: number;
}

describe('the timing of an answer', () => {
  const gateway = useGateway();
  let upstream: FakeUpstream;
  before(async () => {
    upstream = await fakeUpstream({
      slow: async (request, response) => {
        await wait(DELAY);
        await json(200, completion('Hello'))(request, response, 0);
      },
      flaky: (request, response, attempt) =>
        (attempt === 0 ? json(429, { error: { message: 'slow down' } }, { 'retry-after-ms': String(DELAY) }) : json(200, completion('Hi')))(
          request,
          response,
          0,
        ),
      stream: async (request, response) => {
        await wait(DELAY);
        await sse([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hi' }), chunk({}, 'stop'), 'data: [DONE]\n\n'])(request, response, 0);
      },
    });
  });
  after(() => upstream.close());

  async function timingOf(path: string, more: object = {}, body: object = {}): Promise<Timing> {
    const start = performance.now();
    const response = await gateway.chat({ provider: 'openai', api_key: 'k', custom_host: `${upstream.url}/${path}`, ...more }, body);
    await response.text();
    const total = performance.now() - start;
    assert.equal(response.status, 200);
    const [, own, waited] = /^gateway;dur=([\d.]+), upstream;dur=([\d.]+)$/.exec(response.headers.get('server-timing') ?? '') ?? [];
    return { total, overhead: Number(response.headers.get('x-sluice-overhead-ms')), gateway: Number(own), upstream: Number(waited) };
  }

  it('says how long the provider was waited for, and that this is no time of its own', async () => {
    const { total, overhead, gateway: own, upstream: waited } = await timingOf('slow');
    assert.equal(own, overhead);
    // Timers may fire a little early.
    assert.ok(waited >= DELAY - 2, `${waited} ms`);
    assert.ok(overhead > 0);
    assert.ok(overhead + waited <= total, `${overhead} + ${waited} of ${total} ms`);
  });

  it('counts the wait before a retry as waiting', async () => {
    const { total, overhead, upstream: waited } = await timingOf('flaky', { retry: { attempts: 1 } });
    assert.ok(waited >= DELAY - 2, `${waited} ms`);
    assert.ok(overhead + waited <= total, `${overhead} + ${waited} of ${total} ms`);
  });

  it('stands on streams as well, as of their first content', async () => {
    const { total, overhead, upstream: waited } = await timingOf('stream', {}, { stream: true });
    assert.ok(waited >= DELAY - 2, `${waited} ms`);
    assert.ok(overhead > 0 && overhead + waited <= total, `${overhead} + ${waited} of ${total} ms`);
  });

  it('stands on errors that were found before any provider was asked', async () => {
    const response = await gateway.chat({ strategy: { mode: 'nonsense' }, targets: [{}] });
    assert.equal(response.status, 400);
    assert.match(response.headers.get('server-timing') ?? '', /^gateway;dur=[\d.]+, upstream;dur=[\d.]+$/);
  });
});
