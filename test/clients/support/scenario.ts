import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { useGateway } from '../../support/gateway.ts';
import type { Asking, Client, Failure, Setup, Turn } from './client.ts';
import { SYSTEM } from './client.ts';
import { UPSTREAMS } from './upstreams/index.ts';
import {
  BE_BUSY,
  BREAK_OFF,
  BUSY,
  KEY_OF_CALLER,
  KEY_OF_TARGET,
  SAID,
  startUpstream,
  USED,
  type RunningUpstream,
  type UpstreamKind,
} from './upstreams/upstream.ts';

/** Drives the gateway with a client, against an upstream of every kind. */
export function testClient(client: Client): void {
  describe(client.name, () => {
    const gateway = useGateway();
    for (const kind of UPSTREAMS) describe(`on ${kind.name}`, () => testPair(client, kind, () => gateway.url));
  });
}

/** A PNG of one pixel. */
const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const MODES = [
  { mode: 'whole', stream: false },
  { mode: 'streamed', stream: true },
] as const;

function testPair(client: Client, kind: UpstreamKind, url: () => string): void {
  let upstream: RunningUpstream;
  before(async () => void (upstream = await startUpstream(kind)));
  after(() => upstream.close());
  const setup = (): Setup => ({ url: url(), headers: upstream.headers, model: kind.model });
  const asking = (more: Partial<Asking>): Asking => ({ ...setup(), stream: false, tools: false, thinks: false, onText: () => undefined, ...more });

  for (const { mode, stream } of MODES) {
    it(`gets a ${mode} answer, with why it ended and what it used`, async () => {
      const pieces: string[] = [];
      const turn = await client.converse(asking({ stream, onText: (piece) => void pieces.push(piece) })).say('Say hello.');
      const { system, words, stream: asked } = upstream.heard();
      assert.deepEqual({ system, words, asked }, { system: SYSTEM, words: 'Say hello.', asked: stream });
      assert.equal(turn.text, SAID.hello.join(''));
      assert.deepEqual(pieces, stream ? SAID.hello : []);
      assert.ok(client.finish.done.includes(turn.finish), turn.finish);
      assert.deepEqual(turn.usage, USED);
    });

    it(`sends a ${mode} answer back in the next turn`, async () => {
      const conversation = client.converse(asking({ stream }));
      await conversation.say('Say hello.');
      await conversation.say('Again.');
      const { words, said } = upstream.heard();
      assert.deepEqual({ words, said }, { words: 'Again.', said: SAID.hello.join('') });
    });

    it(`runs two tools at once, ${mode}, and goes on with what they gave`, async () => {
      const conversation = client.converse(asking({ stream, tools: true, thinks: true }));
      checkCalls(client, upstream, await conversation.say('How warm is it in Paris and in Tōkyō?'));
      const report = await conversation.answer(['18 °C', '24 °C']);
      checkReplay(client, upstream);
      assert.equal(report.text, SAID.report.join(''));
    });

    it(`throws its own error for too many requests, ${mode}, with the provider's status and message`, async () => {
      const failure = await failureOf(client, () => client.converse(asking({ stream })).say(BE_BUSY));
      assert.equal(failure.status, 429);
      assert.ok(failure.message.includes(BUSY), failure.message);
    });
  }

  it('shows the model a picture', async () => {
    await client.converse(asking({})).say('What is it?', PICTURE);
    const { words, pictures } = upstream.heard();
    assert.deepEqual({ words, pictures }, { words: 'What is it?', pictures: [PICTURE] });
  });

  if (kind.keyOf !== undefined) {
    it("is known to the provider by the config's key, and by its own where there is no config", async () => {
      await client.converse(asking({})).say('Say hello.');
      assert.equal(upstream.key(), KEY_OF_TARGET);
      await client.converse(asking({ headers: upstream.keylessHeaders })).say('Say hello.');
      assert.equal(upstream.key(), client.lacks?.key === undefined ? KEY_OF_CALLER : undefined);
    });
  }

  it('throws when the provider breaks off a stream', async () => {
    const pieces: string[] = [];
    await assert.rejects(client.converse(asking({ stream: true, onText: (piece) => void pieces.push(piece) })).say(BREAK_OFF));
    assert.equal(pieces[0], SAID.hello[0]);
  });

  it('gets JSON that follows a schema', async () => {
    assert.deepEqual(await client.structured(setup()), { city: 'Paris', celsius: 18 });
    assert.deepEqual(upstream.heard().schema, ['city', 'celsius']);
  });
}

const CALLS = SAID.cities.map((city) => ({ name: 'get_weather', input: { city } }));

function checkCalls(client: Client, upstream: RunningUpstream, plan: Turn): void {
  const { tools, thinks } = upstream.heard();
  assert.deepEqual({ tools, thinks }, { tools: ['get_weather'], thinks: true });
  assert.deepEqual(
    plan.calls.map(({ name, input }) => ({ name, input })),
    CALLS,
  );
  assert.ok(client.finish.tools.includes(plan.finish), plan.finish);
  assert.equal(plan.reasoning, client.lacks?.reasoning === undefined ? upstream.kind.thoughts.text : '');
}

/** The upstream must find the calls, the results next to the calls that they answer, and the proofs of its own thoughts. */
function checkReplay(client: Client, upstream: RunningUpstream): void {
  const { calls, results, proofs } = upstream.heard();
  assert.deepEqual(calls, CALLS);
  assert.deepEqual(results, [
    { call: CALLS[0], text: '18 °C' },
    { call: CALLS[1], text: '24 °C' },
  ]);
  const expected = upstream.kind.thoughts.proofs;
  if (client.lacks?.proofs === undefined) assert.deepEqual(proofs, expected);
  else
    assert.deepEqual(
      proofs.filter((proof) => expected.includes(proof)),
      [],
    );
}

async function failureOf(client: Client, act: () => Promise<unknown>): Promise<Failure> {
  try {
    await act();
  } catch (error) {
    return client.busy(error) ?? assert.fail(`not the client's own error for it: ${String(error)}`);
  }
  return assert.fail('nothing was thrown');
}
