import { ask, type Seen } from './client.ts';
import type { Profile } from './profile.ts';
import { openProvider, type Exchange, type RawProvider } from './provider.ts';
import { SPEECHES, streamOf, TEXT, TOKENS } from './speech.ts';
import { judge } from './wall.ts';

const speech = SPEECHES['openai-chat'];
/** The model that the second target asks for; all is well with it unless a scenario says otherwise. */
const BACKUP = 'backup';

/** A request as the provider saw it, with the time by the scenario's clock. */
interface Asked {
  readonly model: string;
  readonly at: number;
  readonly body: { readonly messages?: readonly { readonly role?: string }[] };
}

/** What a scenario has to go by. */
interface Stage {
  /** Asks for a streamed (or whole) answer through the two targets. */
  readonly ask: (isStream?: boolean) => Promise<Seen>;
  /** What the provider was asked so far. */
  readonly asked: readonly Asked[];
  /** Milliseconds of the real world that so many milliseconds here are. */
  readonly real: (milliseconds: number) => number;
  /** Waits for so many milliseconds of the real world. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface Scenario {
  readonly id: string;
  readonly name: string;
  /** What the first model does. `number`: how often it was asked before. */
  readonly first: (exchange: Exchange, number: number, scaled: (milliseconds: number) => number) => void | Promise<void>;
  /** What the second target's model does instead of answering well. */
  readonly backup?: (exchange: Exchange, asked: Asked) => void | Promise<void>;
  /** Runs it and gives what was not as it must be. */
  readonly run: (stage: Stage) => Promise<readonly string[]>;
}

const must = (isSo: boolean, otherwise: string): string[] => (isSo ? [] : [otherwise]);
const timesOf = (asked: readonly Asked[], model: string): number[] => asked.filter((one) => one.model === model).map(({ at }) => at);
const error = (exchange: Exchange, status: number, code: string): void =>
  exchange.whole(status, speech.error(status, `${code} of the rehearsal`, code), code === 'slow_down' ? { 'retry-after': '2' } : {});

/** The client has the whole answer. */
function whole(seen: Seen, isStream = true): string[] {
  const { sight, problems } = judge(seen, speech, isStream ? 'stream' : 'whole');
  return [...problems, ...must(sight === 'answer', `no whole answer: ${seen.status} ${seen.body.slice(-300)}`)];
}

/** The client has the whole answer, or has been told clearly that it does not. */
function wholeOrTold(seen: Seen): string[] {
  return [...judge(seen, speech, 'stream').problems];
}

async function stream(exchange: Exchange, events: readonly string[]): Promise<void> {
  exchange.head(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' });
  await send(exchange, events);
}

async function send(exchange: Exchange, events: readonly string[]): Promise<void> {
  for (const event of events) {
    exchange.chunk(event);
    await new Promise(setImmediate);
  }
}

async function answer(exchange: Exchange, model: string): Promise<void> {
  const isStream = exchange.request.body.includes('"stream":true');
  const named = (text: string): string => text.replaceAll('gpt-4o-mini', model);
  if (!isStream) return exchange.whole(200, named(speech.whole(TEXT)));
  await stream(exchange, streamOf(speech).map(named));
  exchange.lastChunk();
}

const CUT = Math.floor((TOKENS.length * 2) / 3);
const cutStream = async (exchange: Exchange): Promise<void> => {
  await stream(exchange, [...speech.opening, ...TOKENS.slice(0, CUT).map(speech.token)]);
  exchange.fin();
};

/** The sixteen public scenarios of failoverbench, told anew from their descriptions: https://github.com/failoverbench/failoverbench */
export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S01',
    name: '429 with a Retry-After of 2 s, then all is well',
    first: (exchange, number) => (number === 0 ? error(exchange, 429, 'slow_down') : answer(exchange, 'first')),
    run: async ({ ask: query, asked, real }) => {
      const seen = await query();
      const times = timesOf(asked, 'first');
      const early = times.filter((at) => at - (times[0] as number) < 1_500).length;
      return [
        ...whole(seen),
        ...must(real(seen.took) >= 1_800, `answered after ${real(seen.took)} ms`),
        ...must(early <= 2, `asked ${early} times at once`),
      ];
    },
  },
  {
    id: 'S02',
    name: '429 for as long as it lasts',
    first: (exchange) => error(exchange, 429, 'rate_limit_exceeded'),
    run: async ({ ask: query, asked }) => {
      const seen = await query();
      const times = timesOf(asked, 'first');
      const isApart = times.every((at, i) => i === 0 || at - (times[i - 1] as number) > 500);
      return [...whole(seen), ...must(times.length <= 6, `asked ${times.length} times`), ...must(isApart, `asked at ${times.join(', ')}`)];
    },
  },
  {
    id: 'S03',
    name: '500 once',
    first: (exchange, number) => (number === 0 ? error(exchange, 500, 'server_error') : answer(exchange, 'first')),
    run: async ({ ask: query, asked }) => {
      const seen = await query();
      return [
        ...whole(seen),
        ...must(timesOf(asked, 'first').length === 2 && timesOf(asked, BACKUP).length === 0, 'not tried again on the same target'),
      ];
    },
  },
  {
    id: 'S04',
    name: '503 for as long as it lasts',
    first: (exchange) => error(exchange, 503, 'unavailable'),
    run: async ({ ask: query, asked }) => [...whole(await query()), ...must(timesOf(asked, 'first').length <= 6, 'asked without bounds')],
  },
  {
    id: 'S05',
    name: 'the connection is reset before the head',
    first: (exchange) => exchange.rst(),
    run: async ({ ask: query }) => whole(await query()),
  },
  {
    id: 'S06',
    name: 'the provider is silent',
    first: () => {},
    run: async ({ ask: query, asked, real }) => {
      const seen = await query();
      const count = timesOf(asked, 'first').length;
      return [
        ...whole(seen),
        ...must(real(seen.took) < 100_000, `took ${real(seen.took)} ms`),
        ...must(count === 1, `the silent target was asked ${count} times`),
      ];
    },
  },
  {
    id: 'S07',
    name: 'the first token comes after 20 s',
    first: async (exchange, _, scaled) => {
      await stream(exchange, speech.opening);
      await exchange.wait(scaled(20_000));
      await send(exchange, streamOf(speech).slice(speech.opening.length));
      exchange.lastChunk();
    },
    run: async ({ ask: query, real }) => {
      const seen = await query();
      return [...whole(seen), ...must(real(seen.took) < 15_000, `took ${real(seen.took)} ms`)];
    },
  },
  {
    id: 'S08',
    name: 'the stream is cut at two thirds',
    first: cutStream,
    run: async ({ ask: query }) => whole(await query()),
  },
  {
    id: 'S09',
    name: 'the stream is silent for 30 s, then closed',
    first: async (exchange, _, scaled) => {
      await stream(exchange, [...speech.opening, ...TOKENS.slice(0, CUT).map(speech.token)]);
      await exchange.wait(scaled(30_000));
      exchange.fin();
    },
    run: async ({ ask: query, real }) => {
      const seen = await query();
      return [...whole(seen), ...must(real(seen.took) <= 45_000, `took ${real(seen.took)} ms`)];
    },
  },
  {
    id: 'S10',
    name: 'one event is malformed',
    first: async (exchange) => {
      const events = streamOf(speech);
      await stream(exchange, [...events.slice(0, CUT), 'data: {"id":"chatcmpl-1","choices":[{"ind\n\n', ...events.slice(CUT)]);
      exchange.lastChunk();
    },
    run: async ({ ask: query, asked }) => [...whole(await query()), ...must(timesOf(asked, BACKUP).length === 0, 'the second target was asked')],
  },
  {
    id: 'S11',
    name: 'no [DONE], and the connection stays open',
    first: (exchange) => stream(exchange, streamOf(speech).slice(0, -1)),
    run: async ({ ask: query, real }) => {
      const seen = await query();
      return [
        ...whole(seen),
        ...must(real(seen.took) < 8_000, `took ${real(seen.took)} ms`),
        ...must(seen.body.includes('"total_tokens":45'), 'no usage'),
      ];
    },
  },
  {
    id: 'S12',
    name: '400 because the context is too long',
    first: (exchange) => error(exchange, 400, 'context_length_exceeded'),
    run: async ({ ask: query, asked }) => [...whole(await query()), ...must(timesOf(asked, 'first').length === 1, 'asked more than once')],
  },
  {
    id: 'S13',
    name: '400 because of the content',
    first: (exchange) => error(exchange, 400, 'content_filter'),
    run: async ({ ask: query, asked }) => {
      const seen = await query();
      return [
        ...must(seen.status === 400, `status ${seen.status}`),
        ...wholeOrTold(seen),
        ...must(timesOf(asked, BACKUP).length === 0, 'routed around'),
      ];
    },
  },
  {
    id: 'S14',
    name: 'the stream is cut, and the second target refuses to continue what was said',
    first: cutStream,
    backup: (exchange, { body }) =>
      body.messages?.at(-1)?.role === 'assistant' ? error(exchange, 400, 'prefill_not_supported') : answer(exchange, BACKUP),
    run: async ({ ask: query }) => {
      const seen = await query();
      return [...whole(seen), ...must(!seen.body.includes('prefill'), 'the refusal was shown')];
    },
  },
  {
    id: 'S15',
    name: 'the first target is down for 60 s, and 20 requests come meanwhile',
    first: (exchange) => error(exchange, 503, 'unavailable'),
    run: async ({ ask: query, asked, wait }) => {
      const problems: string[] = [];
      // The provider below comes back after 60 s of the scenario's time.
      for (let i = 0; i < 20; i++) {
        problems.push(...whole(await query()));
        await wait(3_000);
      }
      const down = timesOf(asked, 'first').filter((at) => at < OUTAGE).length;
      while (Math.max(...timesOf(asked, 'first')) < OUTAGE) {
        problems.push(...whole(await query()));
        await wait(1_000);
      }
      const back = timesOf(asked, 'first').find((at) => at >= OUTAGE) as number;
      return [
        ...problems,
        ...must(down <= 20, `asked ${down} times while it was down`),
        ...must(back <= OUTAGE + 30_000, `used again after ${back - OUTAGE} ms`),
      ];
    },
  },
  {
    id: 'S16',
    name: 'the books say who answered, and for how much',
    first: (exchange) => error(exchange, 500, 'server_error'),
    run: async ({ ask: query }) => {
      const seen = await query(false);
      const { model, usage } = JSON.parse(seen.body) as { model?: string; usage?: { total_tokens?: number } };
      return [...whole(seen, false), ...must(model === BACKUP, `model ${model}`), ...must(usage?.total_tokens === 45, 'no usage')];
    },
  },
];

/** Milliseconds for which the first target of S15 is down. */
const OUTAGE = 60_000;

/** Plays a scenario through a gateway with the plain config that the public suite uses, and gives what was not as it must be. */
export async function playScenario(scenario: Scenario, gateway: string, profile: Profile): Promise<readonly string[]> {
  const start = performance.now();
  const factor = 1_000 / profile.scaled(1_000);
  const asked: Asked[] = [];
  const provider = await openProvider({
    asked: (exchange) => act(exchange, scenario, { asked, profile, now: () => (performance.now() - start) * factor }),
  });
  const stage: Stage = {
    ask: (isStream = true) => question(gateway, { provider, profile, isStream }),
    asked,
    real: (milliseconds) => milliseconds * factor,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, profile.scaled(milliseconds))),
  };
  try {
    return await scenario.run(stage);
  } finally {
    await provider.close();
  }
}

interface Set {
  readonly asked: Asked[];
  readonly profile: Profile;
  readonly now: () => number;
}

async function act(exchange: Exchange, scenario: Scenario, { asked, profile, now }: Set): Promise<void> {
  const body = JSON.parse(exchange.request.body) as Asked['body'] & { model: string };
  const one: Asked = { model: body.model, at: now(), body };
  const before = asked.filter(({ model }) => model === body.model).length;
  asked.push(one);
  if (body.model === BACKUP) return scenario.backup === undefined ? answer(exchange, BACKUP) : scenario.backup(exchange, one);
  if (scenario.id === 'S15' && one.at >= OUTAGE) return answer(exchange, 'first');
  await scenario.first(exchange, before, profile.scaled);
}

interface QuestionOptions {
  readonly provider: RawProvider;
  readonly profile: Profile;
  readonly isStream: boolean;
}

function question(gateway: string, { provider, profile, isStream }: QuestionOptions): Promise<Seen> {
  const target = (model: string): object => ({
    provider: 'openai',
    api_key: `key of ${provider.url}`,
    custom_host: provider.url,
    override_params: { model },
    retry: { attempts: 2 },
  });
  const config = { strategy: { mode: 'fallback' }, ...profile.limits, targets: [target('first'), target(BACKUP)] };
  return ask(gateway, {
    path: speech.path(isStream),
    headers: { 'x-portkey-config': JSON.stringify(config) },
    body: JSON.stringify(speech.body(isStream)),
  });
}
