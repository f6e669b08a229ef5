import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../errors.ts';
import { Attempts } from './attempts.ts';

const OK = { status: 200, dropped: [] };
const broken = (): GatewayError => new GatewayError('stream_truncated', 'The provider broke off in the middle of the answer.');

describe('the attempts of a call', () => {
  it('are told in order, each with its status or the class of its error, its time and its bytes', () => {
    let now = 1_000;
    const attempts = new Attempts(() => now);
    const first = attempts.begin('config.targets[0]', 'openai');
    now += 30;
    first.bytes = 90;
    attempts.failed(first, new GatewayError('upstream_error', 'slow down', { status: 429 }), false);
    const second = attempts.begin('config.targets[1]', 'groq');
    now += 5;
    attempts.failed(second, new GatewayError('request_timeout', 'too slow'), false);
    const third = attempts.begin('config.targets[2]', 'mistral-ai');
    now += 7;
    third.bytes = 12;
    attempts.answered(third, OK);
    assert.deepEqual(JSON.parse(attempts.tell()), [
      { target: 'config.targets[0]', provider: 'openai', status: 429, error: 'rate_limit', ms: 30, bytes: 90 },
      { target: 'config.targets[1]', provider: 'groq', error: 'timeout', ms: 5, bytes: 0 },
      { target: 'config.targets[2]', provider: 'mistral-ai', status: 200, ms: 7, bytes: 12 },
    ]);
  });

  it('are an empty list where none was made', () => {
    assert.equal(new Attempts(() => 0).tell(), '[]');
  });

  it('count as cancelled when they lost a race, whether or not they know it yet', () => {
    const attempts = new Attempts(() => 0);
    attempts.failed(attempts.begin('config.targets[0]', 'openai'), new GatewayError('answer_too_slow', 'Another target answered first.'), true);
    attempts.begin('config.targets[1]', 'openai');
    attempts.answered(attempts.begin('config.targets[2]', 'openai'), OK);
    assert.deepEqual(
      (JSON.parse(attempts.tell()) as { error?: string }[]).map(({ error }) => error),
      ['cancelled', 'cancelled', undefined],
    );
  });

  it('fit into a header however many they are; the first are left out and counted', () => {
    const attempts = new Attempts(() => 0);
    for (let i = 0; i < 600; i++) attempts.answered(attempts.begin(`config.targets[${i}]`, 'openai'), OK);
    const told = attempts.tell();
    assert.ok(told.length < 4_200, `${told.length} characters`);
    const [{ omitted }, ...entries] = JSON.parse(told) as [{ omitted: number }, ...{ target: string }[]];
    assert.equal(omitted + entries.length, 600);
    assert.ok(entries.length > 20);
    assert.equal(entries.at(-1)?.target, 'config.targets[599]');
  });

  it('are news only where something has happened since they were told', () => {
    const attempts = new Attempts(() => 0);
    attempts.answered(attempts.begin('config.targets[0]', 'openai'), { status: 200, dropped: ['seed'] });
    attempts.tell();
    assert.equal(attempts.tellNews(), undefined);
    attempts.brokeOff(broken());
    attempts.answered(attempts.begin('config.targets[1]', 'anthropic'), { status: 200, dropped: ['logprobs', 'n'] });
    const news = attempts.tellNews();
    assert.deepEqual(news?.dropped, ['logprobs', 'n']);
    assert.deepEqual(
      (JSON.parse(news?.attempts ?? '') as { status: number; error?: string }[]).map(({ status, error }) => [status, error]),
      [
        [200, 'stream_break'],
        [200, undefined],
      ],
    );
    assert.equal(attempts.tellNews(), undefined);
  });

  it('show an answer as cancelled that was to take up a broken one but said something else', () => {
    const attempts = new Attempts(() => 0);
    const cause = broken();
    attempts.answered(attempts.begin('config.targets[0]', 'openai'), OK);
    attempts.brokeOff(cause);
    attempts.answered(attempts.begin('config.targets[1]', 'openai'), OK);
    attempts.brokeOff(cause);
    assert.deepEqual(
      attempts.list.map(({ error }) => error),
      ['stream_break', 'cancelled'],
    );
  });
});
