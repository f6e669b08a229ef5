import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ANY_ANSWER, ANY_ORDERLY_ANSWER } from '../../src/dialects/contract/any-answer.ts';
import { ANY_REQUEST } from '../../src/dialects/contract/any-request.ts';
import { blockOrder } from '../../src/dialects/contract/meaning.ts';
import { PLAIN_QUESTION } from '../../src/dialects/contract/requests.ts';
import type { Rewording } from '../../src/dialects/contract/rewordings.ts';
import type { ChatEvent } from '../../src/ir/events.ts';
import type { ChatRequest } from '../../src/ir/request.ts';
import {
  arriveStreamed,
  arriveWhole,
  assertKept,
  assertNoForeignProof,
  CONVERSING,
  cross,
  heardBy,
  journey,
  lossesOf,
  rewordingsOf,
  type Pair,
} from '../support/journeys.ts';

const SIZES = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 });
const RUNS = { numRuns: 80, includeErrorInReport: true };

for (const upstream of CONVERSING) {
  for (const client of CONVERSING) {
    const pair = { client, upstream };
    describe(`${upstream.id} for clients of ${client.id}`, () => {
      it('gives any answer the same whole and streamed, and means what the provider meant', () => {
        fc.assert(
          fc.property(ANY_ANSWER, SIZES, (events, sizes) => {
            const { expected, whole, streamed } = journey(events, sizes, pair);
            assert.deepEqual(streamed, whole, 'streamed is not whole');
            assert.deepEqual(whole, expected);
          }),
          RUNS,
        );
      });

      const keepsOrder = (lossesOf(upstream).order ?? lossesOf(client).order) === undefined;
      if (keepsOrder) it('keeps texts, thoughts and calls in their order', () => fc.assert(inOrder(pair), RUNS));

      // A request in the dialect of the provider is passed on as it is.
      if (client === upstream) return;
      it('asks what the client asked, but for what it reports', () => fc.assert(inMeaning(pair), RUNS));
      it('sends on or reports what nobody knows', () => assertNoSilence(pair));
    });
  }
}

function inOrder(pair: Pair) {
  const answers = ANY_ORDERLY_ANSWER.filter((events) => !events.some(isLostOrLate));
  return fc.property(answers, SIZES, (events, sizes) => {
    assert.equal(blockOrder(arriveWhole(events, pair)), blockOrder(events));
    assert.equal(blockOrder(arriveStreamed(events, sizes, pair)), blockOrder(events));
  });
}

function inMeaning(pair: Pair) {
  return fc.property(ANY_REQUEST, (request) => {
    const { asked, sent } = cross(request, pair) ?? {};
    if (asked === undefined || sent === undefined) return;
    assertKept(asked, heardBy(pair.upstream, sent, asked), { dropped: sent.dropped, rewordings: rewordingsOf(pair.upstream) });
    assertNoForeignProof(sent.wire, asked, pair.upstream);
  });
}

/** A member that no dialect models is sent to the provider or named among what was dropped. */
function assertNoSilence(pair: Pair): void {
  const { sent } = cross(PLAIN_QUESTION, pair, { novelMember: { a: 1 } }) ?? {};
  assert.ok(sent !== undefined && (sent.dropped.includes('novelMember') || 'novelMember' in sent.wire));
}

describe('what the pairs are excused from', () => {
  const requests = fc.sample(ANY_REQUEST, { numRuns: 1500, seed: 1 });
  for (const dialect of CONVERSING) {
    for (const name of rewordingsOf(dialect)) {
      it(`${dialect.id} does reword: ${name}`, () => {
        const rewordings = rewordingsOf(dialect).filter((other) => other !== name);
        const isNeeded = requests.some((request) => CONVERSING.some((client) => isLost(request, { client, upstream: dialect }, rewordings)));
        assert.ok(isNeeded);
      });
    }
  }
});

/** Whether something of a request is neither heard nor reported. */
function isLost(request: ChatRequest, pair: Pair, rewordings: readonly Rewording[]): boolean {
  const { asked, sent } = cross(request, pair) ?? {};
  if (asked === undefined || sent === undefined) return false;
  try {
    assertKept(asked, heardBy(pair.upstream, sent, asked), { dropped: sent.dropped, rewordings });
    return false;
  } catch {
    return true;
  }
}

/** Blocks that not every dialect has, and calls whose arguments are whole only when the answer is. */
function isLostOrLate(event: ChatEvent, index: number, events: readonly ChatEvent[]): boolean {
  if (event.type === 'tool_call') return event.custom === true || events[index + 1]?.type !== 'tool_arguments';
  return event.type === 'media' || event.type === 'refusal';
}
