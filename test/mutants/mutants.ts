/** A default taken away: the change that does it, and the tests of which one must fail then. */
export interface Mutant {
  /** The default, as a sentence that is false in the mutant. */
  readonly promise: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}

const RETRY = ['src/routing/retry.test.ts'];
const HINTS = ['src/routing/retry-after.test.ts'];
const BREAKER = ['src/routing/breaker.test.ts'];
const RESOLVE = ['src/config/resolve.test.ts'];
const PURSUE = ['src/routing/pursue.test.ts'];
const ROUTING = ['src/routing/routing.test.ts', 'src/routing/strategies.test.ts'];
const RELAY = ['src/attempt/relay.test.ts', 'test/e2e/acceptance-streaming.test.ts'];
const RECOVER = ['src/routing/recover.test.ts'];
const RESILIENCE = ['test/e2e/resilience.test.ts'];
const SLOTS = ['src/routing/slots.test.ts'];
const LEAVING = ['test/chaos/leaving.test.ts'];

/** Every default of docs/resilience.md, and what is behind it. */
export const MUTANTS: readonly Mutant[] = [
  {
    promise: '429, 500, 502, 503, 504 and 529 are repeated',
    file: 'src/config/resolve.ts',
    find: '[429, 500, 502, 503, 504, 529]',
    replace: '[429, 500, 502, 503, 504]',
    tests: RESOLVE,
  },
  {
    promise: 'no more than five repetitions',
    file: 'src/config/resolve.ts',
    find: 'const MAX_ATTEMPTS = 5;',
    replace: 'const MAX_ATTEMPTS = 6;',
    tests: [...RESOLVE, 'test/e2e/acceptance-reliability.test.ts'],
  },
  { promise: 'the waits double', file: 'src/routing/retry.ts', find: 'FIRST_WAIT * 2 ** retries', replace: 'FIRST_WAIT', tests: RETRY },
  { promise: 'the waits are not all the same', file: 'src/routing/retry.ts', find: '(0.9 + 0.2 * clock.random())', replace: '1', tests: RETRY },
  {
    promise: 'lost connections are repeated',
    file: 'src/routing/retry.ts',
    find: "if (code === 'upstream_unreachable' || code === 'stream_truncated') return true;",
    replace: '',
    tests: RETRY,
  },
  {
    promise: 'what took too long is not repeated on the same target',
    file: 'src/errors.ts',
    find: "answer_too_slow: row(504, 'timeout_error', 'next'",
    replace: "answer_too_slow: row(504, 'timeout_error', 'retry'",
    tests: [...RETRY, ...RESILIENCE],
  },
  {
    promise: 'a provider that asks for a long wait is left for the next target at once',
    file: 'src/routing/retry.ts',
    find: 'const LONGEST_BESIDE_OTHERS = 5_000;',
    replace: 'const LONGEST_BESIDE_OTHERS = 500_000;',
    tests: RETRY,
  },
  {
    promise: 'the waits of a call have an end',
    file: 'src/routing/retry.ts',
    find: 'const WAIT_BUDGET = 60_000;',
    replace: 'const WAIT_BUDGET = 6_000_000;',
    tests: RETRY,
  },
  {
    promise: 'retry-after-ms is heeded',
    file: 'src/routing/retry-after.ts',
    find: "  ['retry-after-ms', (value) => Number(value)],\n",
    replace: '',
    tests: HINTS,
  },
  {
    promise: 'x-ms-retry-after-ms is heeded',
    file: 'src/routing/retry-after.ts',
    find: "  ['x-ms-retry-after-ms', (value) => Number(value)],\n",
    replace: '',
    tests: HINTS,
  },
  {
    promise: 'retry-after may be a date',
    file: 'src/routing/retry-after.ts',
    find: 'Number.isNaN(seconds) ? Math',
    replace: 'false ? Math',
    tests: HINTS,
  },
  {
    promise: 'x-ratelimit-reset is heeded',
    file: 'src/routing/retry-after.ts',
    find: "  ['x-ratelimit-remaining', 'x-ratelimit-reset'],\n",
    replace: '',
    tests: HINTS,
  },
  { promise: 'durations are read', file: 'src/routing/retry-after.ts', find: 'if (DURATION.test(value)) {', replace: 'if (false) {', tests: HINTS },
  {
    promise: 'a request that is too long for one target goes to the next, among equals too',
    file: 'src/routing/moving-on.ts',
    find: " || errorClass(error) === 'context_length'",
    replace: '',
    tests: [...ROUTING, ...RESILIENCE],
  },
  {
    promise: 'what is refused for its content goes to nobody else',
    file: 'src/routing/moving-on.ts',
    find: " && errorClass(outcome.error) !== 'content_policy'",
    replace: '',
    tests: RESILIENCE,
  },
  {
    promise: 'a first content that takes 10 s is raced',
    file: 'src/routing/patience.ts',
    find: 'const PATIENCE = 10_000;',
    replace: 'const PATIENCE = 100_000;',
    tests: ['src/routing/patience.test.ts'],
  },
  {
    promise: 'a model that was asked to think has 60 s for its first content',
    file: 'src/routing/patience.ts',
    find: 'const THINKING_PATIENCE = 60_000;',
    replace: 'const THINKING_PATIENCE = 10_000;',
    tests: ['src/routing/patience.test.ts'],
  },
  {
    promise: 'an answer may stop for 30 s',
    file: 'src/attempt/perform.ts',
    find: 'DEFAULT_IDLE = 30_000',
    replace: 'DEFAULT_IDLE = 300_000',
    tests: ['src/attempt/perform.test.ts'],
  },
  {
    promise: 'losers of a race are cancelled',
    file: 'src/routing/pursue.ts',
    find: "aborter.abort(new GatewayError(isLate ? 'answer_too_slow' : 'outpaced', 'Another target answered first.'));",
    replace: '',
    tests: PURSUE,
  },
  {
    promise: 'opening events are held back while another target remains',
    file: 'src/attempt/receive-stream.ts',
    find: 'return content || (opened && !this.#options.hold)',
    replace: 'return content || opened',
    tests: ['test/e2e/acceptance-streaming.test.ts', ...RESILIENCE],
  },
  {
    promise: 'an answer without an end is a broken one',
    file: 'src/attempt/receive-stream.ts',
    find: 'return watch.finished ? undefined : truncated();',
    replace: 'return undefined;',
    tests: RESILIENCE,
  },
  {
    promise: 'an event that nobody can read is left out',
    file: 'src/transport/framing/sieve.ts',
    find: '      this.malformed++;\n      return false;',
    replace: '      this.malformed++;\n      return true;',
    tests: RELAY,
  },
  {
    promise: 'a finished stream is given its closing',
    file: 'src/attempt/relay.ts',
    find: 'tail.isClosed ? NOTHING : this.#closing()',
    replace: 'NOTHING',
    tests: RELAY,
  },
  {
    promise: 'an error inside a 200 before any content is a failure',
    file: 'src/attempt/receive-stream.ts',
    find: 'if (error !== undefined && !this.#committed) return this.#refuse(errorOfInfo(error, this.#head?.headers));',
    replace: '',
    tests: ['test/e2e/acceptance-streaming.test.ts', ...RESILIENCE],
  },
  {
    promise: 'broken streams are taken up',
    file: 'src/config/resolve.ts',
    find: "onStreamBreak: 'resume',",
    replace: "onStreamBreak: 'error',",
    tests: [...RESOLVE, ...RESILIENCE],
  },
  {
    promise: 'tool calls are never put together from two answers',
    file: 'src/routing/splice.ts',
    find: "else if (event.type !== 'finish' && !ASIDE.has(event.type)) this.#hasOther = true;",
    replace: '',
    tests: RECOVER,
  },
  {
    promise: 'thoughts are never put together from two answers',
    file: 'src/routing/splice.ts',
    find: "event.type === 'start' || (event.type === 'reasoning' && (this.#delivered.hasReasoning || this.#delivered.text !== ''))",
    replace: "event.type === 'start'",
    tests: RECOVER,
  },
  {
    promise: 'a second answer that differs is not passed on',
    file: 'src/routing/splice.ts',
    find: 'this.#seen.slice(from, overlap) !== before.slice(from, overlap)',
    replace: 'false',
    tests: RECOVER,
  },
  {
    promise: 'a model that goes on from a beginning is given it',
    file: 'src/attempt/prepare-chat.ts',
    find: 'return customHost === undefined ? prefill : undefined;',
    replace: 'return undefined;',
    tests: ['src/attempt/prepare-chat.test.ts'],
  },
  {
    promise: 'five failures in a row open the breaker',
    file: 'src/config/resolve.ts',
    find: '  failures: 5,\n',
    replace: '  failures: 50,\n',
    tests: [...RESOLVE, ...RESILIENCE],
  },
  {
    promise: 'the breaker opens for 3 s at first',
    file: 'src/config/resolve.ts',
    find: 'cooldown: 3_000,',
    replace: 'cooldown: 30_000,',
    tests: RESOLVE,
  },
  {
    promise: 'no breaker opens for longer than 12 s',
    file: 'src/config/resolve.ts',
    find: 'longest: 12_000,',
    replace: 'longest: 120_000,',
    tests: RESOLVE,
  },
  {
    promise: 'each failed probe doubles the time',
    file: 'src/routing/breaker.ts',
    find: 'this.#cooldown * 2',
    replace: 'this.#cooldown',
    tests: BREAKER,
  },
  {
    promise: 'one call at a time probes',
    file: 'src/routing/breaker.ts',
    find: "(this.state === 'half-open' && !this.#isProbing)",
    replace: "this.state === 'half-open'",
    tests: BREAKER,
  },
  {
    promise: 'a refused key is set aside',
    file: 'src/routing/breaker.ts',
    find: "if (REFUSALS.has(kind)) return 'refused';",
    replace: '',
    tests: BREAKER,
  },
  {
    promise: 'a rate limit cools the key until the time that the provider names',
    file: 'src/routing/breaker.ts',
    find: "if (kind === 'rate_limit') return coolingOf(error.headers, this.#clock.now());",
    replace: '',
    tests: BREAKER,
  },
  {
    promise: 'when all are thought broken they are tried anyway',
    file: 'src/routing/member.ts',
    find: 'if (first.length === members.length || first.length === 0) return members;\n  return [...first, ...members.filter((member) => !first.includes(member))];',
    replace: 'return first;',
    tests: [...ROUTING, ...RESILIENCE, 'src/routing/choice.test.ts'],
  },
  {
    promise: 'another member is tried before the group fails',
    file: 'src/routing/moving-on.ts',
    find: "hasNoList(rule) && (isTrouble(error) || errorClass(error) === 'context_length')",
    replace: 'false',
    tests: ROUTING,
  },
  {
    promise: 'a target that is long unmeasured comes back',
    file: 'src/routing/vitals.ts',
    find: 'return best + (this.#mean - best) * faded(now - this.#measuredAt);',
    replace: 'return this.#mean;',
    tests: ['src/routing/vitals.test.ts', ...ROUTING],
  },
  {
    promise: 'one call in a hundred explores',
    file: 'src/routing/latency.ts',
    find: 'const EXPLORATION = 0.01;',
    replace: 'const EXPLORATION = 0;',
    tests: ROUTING,
  },
  {
    promise: 'failing quickly does not look fast',
    file: 'src/routing/vitals.ts',
    find: "else if ('error' in outcome && isTrouble(outcome.error)) pace.punish(elapsed, now);",
    replace: '',
    tests: ['src/routing/vitals.test.ts', ...ROUTING],
  },
  {
    promise: 'large calls are not hedged',
    file: 'src/routing/hedge.ts',
    find: 'return input + output <= limit;',
    replace: 'return true;',
    tests: ROUTING,
  },
  {
    promise: 'a full line refuses further calls',
    file: 'src/routing/slots.ts',
    find: 'if (this.#line.length >= size && !this.#shedBelow(rank)) throw',
    replace: 'if (false) throw',
    tests: SLOTS,
  },
  {
    promise: 'who is refused is told when to come back',
    file: 'src/routing/slots.ts',
    find: "{ headers: ['retry-after', String(Math.min(LONGEST_RETRY_AFTER, Math.max(1, seconds)))] }",
    replace: '{}',
    tests: SLOTS,
  },
  {
    promise: 'urgent calls go first',
    file: 'src/routing/slots.ts',
    find: 'other.rank > rank',
    replace: 'false',
    tests: SLOTS,
  },
  {
    promise: 'the last places of the gateway are kept for urgent calls',
    file: 'src/server/calls-under-way.ts',
    find: '{ high: 1, normal: 0.9, low: 0.8 }',
    replace: '{ high: 1, normal: 1, low: 1 }',
    tests: ['test/e2e/strategies.test.ts'],
  },
  {
    promise: 'who leaves cancels the request to the provider',
    file: 'src/server/calls-under-way.ts',
    find: 'if (!response.writableFinished) aborter.abort();',
    replace: '',
    tests: LEAVING,
  },
  {
    promise: 'a gateway that leaves says so at /readyz',
    file: 'src/server/start.ts',
    find: 'isDraining = true;',
    replace: '',
    tests: ['test/chaos/shutdown.test.ts', 'test/e2e/readiness.test.ts'],
  },
  {
    promise: 'streams that are cut off by the shutdown are told',
    file: 'src/server/listener.ts',
    find: '    giveUp();\n',
    replace: '',
    tests: ['test/chaos/shutdown.test.ts'],
  },
  {
    promise: 'faults are injected only where that is allowed',
    file: 'src/plan.ts',
    find: 'if (node.fault !== undefined && faults !== true) throw faultRefused(node);',
    replace: '',
    tests: ['test/e2e/rehearsal.test.ts'],
  },
  {
    promise: 'every answer tells its attempts',
    file: 'src/pipeline/attempts.ts',
    find: 'this.#list.push(attempt);',
    replace: '',
    tests: ['test/e2e/attempts.test.ts'],
  },
];
