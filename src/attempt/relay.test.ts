import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anthropicMessages } from '../dialects/anthropic-messages/index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { MendingRelay, TranscribingRelay, TranslatingRelay, VerbatimRelay, type Relay } from './relay.ts';

const data = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;
const chunk = (content: string, finish: string | null = null, index = 0): string =>
  data({ id: 'c', object: 'chat.completion.chunk', choices: [{ index, delta: { content }, finish_reason: finish }] });
const DONE = 'data: [DONE]\n\n';
const ERROR = data({ error: { message: 'overloaded', type: 'server_error', code: null } });

/** What a relay makes of a stream in packets, as text. */
function relayed(relay: Relay<unknown>, packets: readonly string[]): string[] {
  const items = [...packets.flatMap((packet) => relay.push(Buffer.from(packet))), ...relay.end()];
  return items.map((item) =>
    typeof item === 'string' || item instanceof Uint8Array ? Buffer.from(item as string).toString() : JSON.stringify(item),
  );
}

const verbatim = (packets: readonly string[], dialect: Dialect = openaiChat): { text: string; relay: VerbatimRelay } => {
  const relay = new VerbatimRelay(dialect);
  return { text: relayed(relay, packets).join(''), relay };
};

describe('a stream that is passed on as it is', () => {
  it('is given the closing that it lacks, if it is whole otherwise', () => {
    const { text, relay } = verbatim([chunk('Hello'), chunk('', 'stop')]);
    assert.equal(text, chunk('Hello') + chunk('', 'stop') + DONE);
    assert.ok(relay.watch.finished);
    const delta = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}\n\n';
    const end = 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}\n\n';
    assert.equal(verbatim([delta, end], anthropicMessages).text, `${delta}${end}event: message_stop\ndata: {"type":"message_stop"}\n\n`);
  });

  it('is not given one twice', () => {
    assert.equal(verbatim([chunk('Hello'), chunk('', 'stop'), DONE]).text, chunk('Hello') + chunk('', 'stop') + DONE);
  });

  it('has its last event terminated, and is rid of half of one', () => {
    assert.equal(verbatim([chunk('Hello'), chunk('', 'stop'), 'data: [DONE]']).text, chunk('Hello') + chunk('', 'stop') + DONE);
    assert.equal(verbatim([chunk('Hello'), chunk('', 'stop'), 'data: {"id":']).text, chunk('Hello') + chunk('', 'stop') + DONE);
  });

  it('is judged by its end, however much arrives at once', () => {
    const long = Array.from({ length: 100 }, (_, i) => chunk(` word${i}`)).join('');
    assert.equal(verbatim([long]).relay.watch.finished, false);
    assert.equal(verbatim([long + chunk('', 'stop')]).text, long + chunk('', 'stop') + DONE);
    assert.equal(verbatim([long + chunk('', 'stop') + DONE]).text, long + chunk('', 'stop') + DONE);
    assert.equal(verbatim([chunk('', 'stop', 1) + long]).relay.watch.finished, false);
  });

  it('is not whole for words of the model that look like an end', () => {
    const { text, relay } = verbatim([chunk('It ends with data: [DONE] and "finish_reason":"stop"')]);
    assert.equal(relay.watch.finished, false);
    assert.ok(!text.endsWith(DONE));
  });

  it('is not whole while one of its choices is not', () => {
    const half = [chunk('Hel', null, 0), chunk('Bon', null, 1), chunk('', 'stop', 0)];
    assert.equal(verbatim(half).relay.watch.finished, false);
    assert.ok(verbatim([...half, chunk('', 'stop', 1)]).relay.watch.finished);
  });

  it('looks finished before it ends, if it is', () => {
    const relay = new VerbatimRelay(openaiChat);
    relay.push(Buffer.from(chunk('Hello')));
    assert.equal(relay.looksFinished(), false);
    relay.push(Buffer.from(chunk('', 'stop')));
    assert.equal(relay.looksFinished(), true);
  });

  it('shows the provider’s error, which nobody needs to tell again', () => {
    const { text, relay } = verbatim([chunk('Hel'), ERROR]);
    assert.equal(text, chunk('Hel') + ERROR);
    assert.equal(relay.watch.error?.message, 'overloaded');
    assert.ok(relay.showsErrors);
  });
});

describe('a stream that is decoded', () => {
  const relays: readonly (readonly [string, () => Relay<unknown>])[] = [
    ['by a translation', () => new TranslatingRelay(openaiChat, 'sse')],
    ['by a transcription', () => new TranscribingRelay(openaiChat, new VerbatimRelay(openaiChat))],
    ['by a repair', () => new MendingRelay(openaiChat, { framing: 'sse' })],
  ];
  for (const [name, make] of relays) {
    it(`keeps a provider’s error to itself, for whoever may take the answer up (${name})`, () => {
      const relay = make();
      const items = relayed(relay, [chunk('Hel'), chunk('lo') + ERROR]).join('');
      assert.equal(relay.showsErrors, false);
      assert.equal(relay.watch.error?.message, 'overloaded');
      assert.match(items, /Hel[^]*lo/);
      assert.doesNotMatch(items, /overloaded/);
    });

    it(`is finished when all of its choices are (${name})`, () => {
      const relay = make();
      relay.push(Buffer.from(chunk('Hel', null, 0) + chunk('Bon', null, 1) + chunk('', 'stop', 0)));
      assert.equal(relay.looksFinished(), false);
      relay.push(Buffer.from(chunk('', 'stop', 1)));
      assert.equal(relay.looksFinished(), true);
    });
  }

  it('is given the closing that it lacks when it was repaired', () => {
    assert.equal(relayed(new MendingRelay(openaiChat, { framing: 'sse' }), [chunk('Hi'), chunk('', 'stop')]).at(-1), DONE);
  });
});
