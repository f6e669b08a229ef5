import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../errors.ts';
import type { ErrorInfo } from '../errors.ts';
import type { ChatEvent } from '../ir/events.ts';
import type { Json, JsonObject } from '../ir/json.ts';
import type { ChatRequest } from '../ir/request.ts';
import { collectAnswer } from './answer.ts';
import { ANSWER_SAMPLES } from './contract/answers.ts';
import type { AnswerSampleName } from './contract/answers.ts';
import { answerMeaning, plain, requestMeaning, usageTotals } from './contract/meaning.ts';
import { answersInPieces, damaged } from './contract/pieces.ts';
import { REQUEST_SAMPLES } from './contract/requests.ts';
import type { RequestSampleName } from './contract/requests.ts';
import type { Dialect, ReplyContext, RouteParameters, WireEvent } from './dialect.ts';

/** What a dialect brings to the contract suite: requests and errors on its own wire, and what it is excused from, each with the reason. */
export interface DialectFixtures {
  /** Requests on the wire; decoded and encoded again they must be `encoded`, by default themselves. */
  readonly requests: readonly {
    readonly title: string;
    readonly wire: JsonObject;
    readonly route?: RouteParameters;
    readonly encoded?: JsonObject;
  }[];
  /** Requests that are wrong at `param`. */
  readonly refused: readonly { readonly title: string; readonly wire: JsonObject; readonly route?: RouteParameters; readonly param: string }[];
  /** Error bodies as hosts send them. */
  readonly errors: readonly { readonly title: string; readonly status: number; readonly body: unknown; readonly error: Partial<ErrorInfo> }[];
  /** Requests that have no form in the dialect: `encode` must name the loss in `dropped` or throw `unsupported_content`. */
  readonly cannotAsk?: Reasons<RequestSampleName>;
  /** Requests that the dialect puts in other words, so that they do not come back as they were. */
  readonly asksOtherwise?: Reasons<RequestSampleName>;
  /** Answers that do not come back as they were; whole and streamed must still agree. */
  readonly cannotAnswer?: Reasons<AnswerSampleName>;
  /** Why there are no tool calls at all. */
  readonly losesToolCalls?: string;
  /** Why tool call ids are not kept. */
  readonly losesToolIds?: string;
  /** Why the id and the model of an answer are not kept. */
  readonly losesIdentity?: string;
}

type Reasons<Name extends string> = { readonly [name in Name]?: string };

const CONTEXT: ReplyContext = { id: 'c0ffee', created: 1700000000, model: 'asked-model', strict: true, includeUsage: true };
const CONTEXTS: readonly ReplyContext[] = [CONTEXT, { ...CONTEXT, strict: false, provider: 'some-provider' }];

/** Registers the tests that every dialect must pass, in the running test file. */
export function describeDialect(dialect: Dialect, fixtures: DialectFixtures): void {
  describe(`${dialect.id}: the contract of a dialect`, () => {
    describe('requests', () => describeRequests(dialect, fixtures));
    describe('answers', () => describeAnswers(dialect, fixtures));
    describe('broken streams', () => describeBreaks(dialect));
    describe('errors', () => describeErrors(dialect, fixtures));
    describe('odd input', () => describeOddities(dialect));
  });
}

function describeRequests(dialect: Dialect, fixtures: DialectFixtures): void {
  const keepsToolIds = fixtures.losesToolIds === undefined;
  for (const { name, request } of REQUEST_SAMPLES) {
    const lost = fixtures.cannotAsk?.[name];
    const altered = fixtures.asksOtherwise?.[name];
    if (lost !== undefined) it(`tells that it cannot ask: ${name} (${lost})`, () => assertReported(dialect, request));
    else if (altered !== undefined) it(`asks in other words: ${name} (${altered})`, () => void roundTrip(dialect, request));
    else {
      it(`asks: ${name}`, () => {
        assert.deepEqual(requestMeaning(roundTrip(dialect, request), keepsToolIds), requestMeaning(request, keepsToolIds));
      });
    }
  }
  for (const { title, wire, route, encoded } of fixtures.requests) {
    it(`puts back together: ${title}`, () => {
      const again = dialect.request.encode(dialect.request.decode(wire, route ?? {}));
      assert.deepEqual(plain(again.wire), plain(encoded ?? wire));
    });
  }
  for (const { title, wire, route, param } of fixtures.refused) {
    it(`refuses: ${title}`, () => {
      assert.throws(
        () => dialect.request.decode(wire, route ?? {}),
        (error: unknown) => {
          assert.ok(error instanceof GatewayError);
          assert.deepEqual({ code: error.code, param: error.info.param }, { code: 'invalid_request', param });
          return true;
        },
      );
    });
  }
}

function roundTrip(dialect: Dialect, request: ChatRequest): ChatRequest {
  const { wire } = dialect.request.encode(request);
  return dialect.request.decode(plain(wire) as JsonObject, { model: request.model, stream: request.stream });
}

function assertReported(dialect: Dialect, request: ChatRequest): void {
  try {
    assert.notDeepEqual(dialect.request.encode(request).dropped, [], 'nothing was reported as dropped');
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    assert.equal(error.code, 'unsupported_content');
  }
}

function describeAnswers(dialect: Dialect, fixtures: DialectFixtures): void {
  const options = { own: dialect.id, keepsToolIds: fixtures.losesToolIds === undefined, keepsIdentity: fixtures.losesIdentity === undefined };
  for (const { name, events } of ANSWER_SAMPLES) {
    const excuse = fixtures.cannotAnswer?.[name];
    it(excuse === undefined ? `answers: ${name}` : `answers alike whole and streamed, though not exactly: ${name} (${excuse})`, () => {
      for (const context of CONTEXTS) {
        const whole = decodeWhole(dialect, encodeWhole(dialect, events, context));
        const streamed = decodeStream(dialect, encodeStream(dialect, events, context));
        assertOrderly(whole);
        assertOrderly(streamed);
        assert.deepEqual(answerMeaning(streamed, options), answerMeaning(whole, options), 'streamed is not whole');
        assert.deepEqual(totals(whole), totals(events), 'usage');
        if (excuse === undefined) assert.deepEqual(answerMeaning(whole, options), answerMeaning(events, options));
      }
    });
  }
  const { losesToolCalls } = fixtures;
  it('gives every tool call an id of its own where the upstream gave none', { skip: losesToolCalls ?? false }, () => {
    const calls = [0, 1].map((block): ChatEvent => ({ type: 'tool_call', choice: 0, block, id: '', name: 'f', arguments: '{}' }));
    const events: ChatEvent[] = [...calls, { type: 'finish', choice: 0, reason: 'tool_calls' }];
    for (const decoded of [
      decodeWhole(dialect, encodeWhole(dialect, events, CONTEXT)),
      decodeStream(dialect, encodeStream(dialect, events, CONTEXT)),
    ]) {
      const ids = decoded.flatMap((event) => (event.type === 'tool_call' ? [event.id] : []));
      assert.equal(new Set(ids).size, 2);
      if (options.keepsToolIds) assert.ok(!ids.includes(''));
    }
  });
  it('an answer cut into pieces anywhere decodes to the same answer', () => {
    fc.assert(
      fc.property(answersInPieces({ reasoning: fixtures.cannotAnswer?.reasoning === undefined, calls: losesToolCalls === undefined }), (events) => {
        const expected = answerMeaning(events, options);
        assert.deepEqual(answerMeaning(decodeStream(dialect, encodeStream(dialect, events, CONTEXT)), options), expected);
        assert.deepEqual(answerMeaning(decodeWhole(dialect, encodeWhole(dialect, events, CONTEXT)), options), expected);
      }),
      { numRuns: 100 },
    );
  });
}

function describeBreaks(dialect: Dialect): void {
  const opening: ChatEvent[] = [
    { type: 'start', id: 'up-1', model: 'up-model' },
    { type: 'text', choice: 0, block: 0, text: 'Half an ans' },
  ];
  it('a stream that ends without a finish never looks finished', () => {
    const wire = encodeStream(dialect, opening, CONTEXT);
    assert.ok(!decodeStream(dialect, wire).some((event) => event.type === 'finish'));
    if (dialect.framing === 'sse') assert.ok(!dialect.terminators.some((terminator) => sse(wire).includes(terminator)));
  });
  it('a whole stream can be told by its last bytes', () => {
    const wire = encodeStream(dialect, [...opening, { type: 'finish', choice: 0, reason: 'stop' }], CONTEXT);
    if (dialect.framing === 'sse') assert.ok(dialect.terminators.some((terminator) => sse(wire).slice(-4096).includes(terminator)));
    assert.equal(decodeStream(dialect, wire).filter((event) => event.type === 'finish').length, 1);
  });
  it('an error in the middle of a stream arrives as an error, and nothing finishes', () => {
    const error: ErrorInfo = { status: 502, message: 'The provider broke off.', type: 'upstream_error', code: 'stream_truncated' };
    const decoded = decodeStream(dialect, encodeStream(dialect, [...opening, { type: 'error', error }], CONTEXT));
    assert.equal(collectAnswer(decoded).error?.message, error.message);
    assert.ok(!decoded.some((event) => event.type === 'finish'));
  });
}

function describeErrors(dialect: Dialect, fixtures: DialectFixtures): void {
  it('keeps the status and the message of every error', () => {
    for (const status of [400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529]) {
      const error: ErrorInfo = { status, message: `Something "odd" happened (${status}).` };
      const { status: kept, message } = dialect.error.decode(status, plain(dialect.error.encode(error)));
      assert.deepEqual({ status: kept, message }, { status, message: error.message });
    }
  });
  it('finds a short message in any body', () => {
    const page = `<!doctype html><html><head><title>502 Bad Gateway</title></head><body>${'<p>x</p>'.repeat(999)}</body></html>`;
    for (const body of [undefined, null, '', 'Bad gateway', page, {}, [], [{}], { error: null }, { error: {} }, { message: 7 }]) {
      const { message } = dialect.error.decode(502, body);
      assert.ok(typeof message === 'string' && message !== '' && message.length <= 1000 && !message.includes('<'), JSON.stringify(body));
    }
  });
  for (const { title, status, body, error } of fixtures.errors) {
    it(`reads: ${title}`, () => {
      const decoded: Record<string, unknown> = { ...dialect.error.decode(status, body) };
      assert.deepEqual(Object.fromEntries(Object.keys(error).map((key) => [key, decoded[key]])), error);
    });
  }
}

function describeOddities(dialect: Dialect): void {
  const junk = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(null, '', 0, -1, [], {}, [null], [[]], 'x')) as fc.Arbitrary<Json>;
  const samples = ANSWER_SAMPLES.flatMap(({ events }) => [encodeWhole(dialect, events, CONTEXT)]);
  const streams = ANSWER_SAMPLES.map(({ events }) => encodeStream(dialect, events, CONTEXT));
  it('no whole reply makes the decoder throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.nat(), junk, (wire, choose, value) => {
        const broken = damaged(plain(wire), choose, value);
        if (typeof broken === 'object' && broken !== null && !Array.isArray(broken)) assertOrderly(dialect.reply.decode(broken as JsonObject));
      }),
      { numRuns: 500 },
    );
  });
  it('no stream makes the decoder throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.tuple(fc.nat(), fc.nat(), fc.boolean()), junk, (stream, [which, choose, beheaded], value) => {
        const events = stream.map((event, index) => (index === which % stream.length ? damagedEvent(event, choose, value) : event));
        assertOrderly(decodeStream(dialect, beheaded ? events.slice(1) : events));
      }),
      { numRuns: 500 },
    );
  });
}

function damagedEvent(event: WireEvent, choose: number, value: Json): WireEvent {
  if (event === '[DONE]') return event;
  const broken = damaged(plain(event), choose, value);
  return typeof broken === 'object' && broken !== null && !Array.isArray(broken) ? (broken as JsonObject) : {};
}

/** The promises of `ir/events.ts`: one start, one finish a choice, blocks of one kind each, numbered in the order in which they begin. */
function assertOrderly(events: readonly ChatEvent[]): void {
  assert.ok(events.filter((event) => event.type === 'start').length <= 1, 'more than one start');
  const finished = events.flatMap((event) => (event.type === 'finish' ? [event.choice] : []));
  assert.equal(new Set(finished).size, finished.length, 'more than one finish of a choice');
  const kinds = new Map<string, string>();
  const begun = new Map<number, number>();
  for (const event of events) {
    if (!('block' in event)) continue;
    const key = `${event.choice}/${event.block}`;
    const kind = event.type === 'tool_arguments' ? 'tool_call' : event.type === 'citation' ? 'text' : event.type;
    if (!kinds.has(key)) {
      assert.equal(event.block, begun.get(event.choice) ?? 0, 'block numbers do not follow the order in which blocks begin');
      begun.set(event.choice, event.block + 1);
    }
    assert.equal(kinds.get(key) ?? kind, kind, `block ${key} changes its kind`);
    kinds.set(key, kind);
  }
}

function encodeWhole(dialect: Dialect, events: readonly ChatEvent[], context: ReplyContext): JsonObject {
  return plain(dialect.reply.encode(events, context)) as JsonObject;
}

function decodeWhole(dialect: Dialect, wire: JsonObject): readonly ChatEvent[] {
  return dialect.reply.decode(wire);
}

function encodeStream(dialect: Dialect, events: readonly ChatEvent[], context: ReplyContext): readonly WireEvent[] {
  const encoder = dialect.stream.encoder(context);
  return [...events.flatMap((event) => encoder.push(event)), ...encoder.end()].map((event) => plain(event) as WireEvent);
}

function decodeStream(dialect: Dialect, wire: readonly WireEvent[]): readonly ChatEvent[] {
  const decoder = dialect.stream.decoder();
  return [...wire.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function totals(events: readonly ChatEvent[]): unknown {
  const { usage } = collectAnswer(events);
  return usage === undefined ? undefined : usageTotals(usage);
}

function sse(wire: readonly WireEvent[]): string {
  return wire.map((event) => `data: ${event === '[DONE]' ? event : JSON.stringify(event)}\n\n`).join('');
}
