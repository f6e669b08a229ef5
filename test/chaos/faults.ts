import { gzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, Script } from './provider.ts';
import { streamOf, TEXT, TOKENS, type Speech } from './speech.ts';

export type Mode = 'stream' | 'whole';

/** What a provider needs to know to play its part. */
export interface Scene {
  /** What the provider speaks. */
  readonly speech: Speech;
  readonly mode: Mode;
  /** Milliseconds here that so many milliseconds of the real world take. */
  readonly scaled: (milliseconds: number) => number;
  /** Milliseconds since the epoch, by the gateway's clock. */
  readonly now: () => number;
}

export type Play = (scene: Scene) => Script;

/** What a client must see: the whole answer, or an error in its own dialect (of that status, where no content came before). */
export type Sight = 'answer' | 'error' | 400 | 401 | 429;

/** Something that goes wrong at a provider, and what a client must see of it. */
export interface Fault {
  readonly name: string;
  readonly group: 'before an answer' | 'errors' | 'whole answers' | 'streams';
  /** The first target's part; undefined: nobody listens on its port. */
  readonly first: Play | undefined;
  /** The second target's part; by default it answers well. */
  readonly second?: Play;
  readonly modes: readonly Mode[];
  /** With a second target behind the first, each repeated up to twice. */
  readonly withFallback: Sight;
  /** With the first target only; undefined: nothing but a limit of the user's own would end it. */
  readonly alone: Sight | undefined;
  /** How often the first target is asked, and the second where there is one. */
  readonly asks: readonly [first: number | 'any', second: number];
  /** Milliseconds of the real world within which it is over. */
  readonly within: number;
  /** A request that goes well is sent before, over the connection that is used again. */
  readonly warmUp?: boolean;
  /** The request is so large that it is still being sent when the provider acts. */
  readonly isLarge?: boolean;
}

const BOTH: readonly Mode[] = ['stream', 'whole'];
const STREAM: readonly Mode[] = ['stream'];
const WHOLE: readonly Mode[] = ['whole'];
const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };
const CHUNKED = { 'transfer-encoding': 'chunked' };
/** Events that come before a stream breaks. */
const PART = 12;

type Act = (exchange: Exchange, scene: Scene) => void | Promise<void>;

/** A provider that does one thing, whatever it is asked. */
const always = (act: Act): Play => {
  return (scene) => ({ asked: (exchange) => act(exchange, scene) });
};

/** A provider that does something the first times and answers well afterwards. */
const atFirst = (times: number, act: Act): Play => always((exchange, scene) => (exchange.number < times ? act : answerWell)(exchange, scene));

/** A provider that does something to every connection before it has read anything. */
const onConnection = (act: (socket: Parameters<NonNullable<Script['connected']>>[0]) => void): Play => {
  return () => ({
    connected: (socket) => {
      act(socket);
      return true;
    },
  });
};

export const answerWell: Act = async (exchange, scene) => {
  if (scene.mode === 'whole') return exchange.whole(200, scene.speech.whole(TEXT));
  await stream(exchange, streamOf(scene.speech));
  exchange.lastChunk();
};

/** Opens a stream and sends events, each in a packet of its own as far as the system lets it. */
async function stream(exchange: Exchange, events: readonly (string | Uint8Array)[], headers: Readonly<Record<string, string>> = {}): Promise<void> {
  exchange.head(200, { ...SSE, ...CHUNKED, ...headers });
  await send(exchange, events);
}

async function send(exchange: Exchange, events: readonly (string | Uint8Array)[]): Promise<void> {
  for (const event of events) {
    exchange.chunk(event);
    await new Promise(setImmediate);
  }
}

/** The first events of a stream: its opening and some of the tokens. */
const part = (speech: Speech, count = PART): string[] => [...speech.opening, ...TOKENS.slice(0, count).map(speech.token)];
const rest = (speech: Speech, count = PART): string[] => [...TOKENS.slice(count).map(speech.token), ...speech.finish, ...speech.closing];

/** A stream of which only the beginning comes, and what happens then. */
const partThen = (act: Act, count = PART): Play =>
  always(async (exchange, scene) => {
    await stream(exchange, part(scene.speech, count));
    await act(exchange, scene);
  });

const status = (code: number, options: { readonly errorCode?: string; readonly headers?: Readonly<Record<string, string>> } = {}): Act => {
  return (exchange, { speech }) => exchange.whole(code, speech.error(code, `status ${code}`, options.errorCode), options.headers);
};

const fin: Act = (exchange) => exchange.fin();
const rst: Act = async (exchange) => {
  // What was written before must have left, or the reset discards it.
  await exchange.wait(20);
  exchange.rst();
};
const silence: Act = () => {};
/** Errors of context length, as each dialect's provider words them. */
const TOO_LONG = 'prompt is too long: 250000 tokens > 200000 maximum context length';

export const FAULTS: readonly Fault[] = [
  {
    name: 'nobody listens on the port',
    group: 'before an answer',
    first: undefined,
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [0, 1],
    within: 8_000,
  },
  {
    name: 'the connection is closed as soon as it stands',
    group: 'before an answer',
    first: onConnection((socket) => void socket.end()),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    // A connection that closes before the request is written is made anew without a word: it was no attempt.
    asks: ['any', 1],
    within: 8_000,
  },
  {
    name: 'the connection is reset as soon as it stands',
    group: 'before an answer',
    first: onConnection((socket) => void socket.resetAndDestroy()),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    // A connection that closes before the request is written is made anew without a word: it was no attempt.
    asks: ['any', 1],
    within: 8_000,
  },
  {
    name: 'something that is not HTTP listens on the port',
    group: 'before an answer',
    first: onConnection((socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n')),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the connection is closed when the request is there',
    group: 'before an answer',
    first: always(fin),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the connection is reset when the request is there',
    group: 'before an answer',
    first: always(rst),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the connection is reset once, then all is well',
    group: 'before an answer',
    first: atFirst(1, rst),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'answer',
    asks: [2, 0],
    within: 5_000,
  },
  {
    name: 'a kept connection is closed just as a request is sent on it',
    group: 'before an answer',
    first: always((exchange, scene) => (exchange.onConnection === 0 ? answerWell(exchange, scene) : exchange.fin())),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'answer',
    asks: [3, 0],
    within: 5_000,
    warmUp: true,
  },
  {
    name: 'the provider never answers',
    group: 'before an answer',
    first: always(silence),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 45_000,
  },
  {
    name: 'the head of the answer breaks off',
    group: 'before an answer',
    first: always((exchange) => {
      exchange.write('HTTP/1.1 200 OK\r\ncontent-type: text/ev');
      exchange.fin();
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the head of the answer stops half-way',
    group: 'before an answer',
    first: always((exchange) => exchange.write('HTTP/1.1 200 OK\r\ncontent-type: text/ev')),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 45_000,
  },
  {
    name: 'the head of the answer comes letter by letter',
    group: 'before an answer',
    first: always(async (exchange, scene) => {
      const body = scene.mode === 'stream' ? streamOf(scene.speech).join('') : scene.speech.whole(TEXT);
      const type = scene.mode === 'stream' ? SSE['content-type'] : 'application/json';
      for (const letter of `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`) {
        exchange.write(letter);
        await sleep(1);
      }
      exchange.write(body);
      exchange.isOver = true;
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 8_000,
  },
  {
    name: 'the head of the answer is larger than any should be',
    group: 'before an answer',
    first: always(async (exchange) => {
      exchange.write(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(200_000)}\r\ncontent-length: 2\r\n\r\n{}`);
      exchange.isOver = true;
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the answer has no valid length',
    group: 'before an answer',
    first: always((exchange) => exchange.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: many\r\n\r\n{}')),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'interim answers (102, 103) come before the real one',
    group: 'before an answer',
    first: always(async (exchange, scene) => {
      exchange.write('HTTP/1.1 102 Processing\r\n\r\n');
      exchange.write('HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n');
      await answerWell(exchange, scene);
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 8_000,
  },
  {
    name: 'the connection is reset while a large request is being sent',
    group: 'before an answer',
    first: () => ({
      headed: (exchange) => {
        exchange.rst();
        return true;
      },
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
    isLarge: true,
  },
  {
    name: 'a large request is refused before it has been sent, and the connection closed',
    group: 'before an answer',
    first: (scene) => ({
      headed: (exchange) => {
        exchange.whole(413, scene.speech.error(413, 'the request is too large'), { connection: 'close' });
        exchange.socket.end();
        return true;
      },
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
    isLarge: true,
  },

  {
    name: '500 once, then all is well',
    group: 'errors',
    first: atFirst(1, status(500)),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'answer',
    asks: [2, 0],
    within: 5_000,
  },
  {
    name: '503 always',
    group: 'errors',
    first: always(status(503)),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: '529 always',
    group: 'errors',
    first: always(status(529, { errorCode: 'overloaded_error' })),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: '429 without a word of when to come back',
    group: 'errors',
    first: always(status(429)),
    modes: BOTH,
    withFallback: 'answer',
    alone: 429,
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: '429 with a Retry-After of an hour',
    group: 'errors',
    first: always(status(429, { headers: { 'retry-after': '3600' } })),
    modes: BOTH,
    withFallback: 'answer',
    alone: 429,
    asks: [1, 1],
    within: 3_000,
  },
  {
    name: '429 with a Retry-After date',
    group: 'errors',
    first: (scene) => ({
      asked: (exchange) => {
        const date = new Date(scene.now() + 3_000).toUTCString();
        return exchange.number === 0 ? status(429, { headers: { 'retry-after': date } })(exchange, scene) : answerWell(exchange, scene);
      },
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'answer',
    asks: [2, 0],
    within: 8_000,
  },
  { name: '401', group: 'errors', first: always(status(401)), modes: BOTH, withFallback: 'answer', alone: 401, asks: [1, 1], within: 3_000 },
  {
    name: '400 because the conversation is too long for the model',
    group: 'errors',
    first: always((exchange, { speech }) => exchange.whole(400, speech.error(400, TOO_LONG, 'context_length_exceeded'))),
    modes: BOTH,
    withFallback: 'answer',
    alone: 400,
    asks: [1, 1],
    within: 3_000,
  },
  {
    name: '400 because of the content',
    group: 'errors',
    first: always((exchange, { speech }) =>
      exchange.whole(
        400,
        speech.error(400, 'The response was filtered due to the prompt triggering the content management policy', 'content_filter'),
      ),
    ),
    modes: BOTH,
    withFallback: 400,
    alone: 400,
    asks: [1, 0],
    within: 3_000,
  },
  {
    name: 'an error page in HTML',
    group: 'errors',
    first: always((exchange) => exchange.whole(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', { 'content-type': 'text/html' })),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'an error without a body',
    group: 'errors',
    first: always((exchange) => exchange.whole(500, '')),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'an error whose body breaks off',
    group: 'errors',
    first: always((exchange) => {
      exchange.head(503, { 'content-type': 'application/json', 'content-length': '500' });
      exchange.write('{"error":{"message":"over');
      exchange.fin();
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'an error whose body stops half-way',
    group: 'errors',
    first: always((exchange) => {
      exchange.head(503, { 'content-type': 'application/json', 'content-length': '500' });
      exchange.write('{"error":{"message":"over');
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 45_000,
  },
  {
    name: 'a redirect',
    group: 'errors',
    first: always((exchange) => exchange.whole(302, '', { location: 'http://127.0.0.1:9/elsewhere' })),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'status 200 with a page in HTML',
    group: 'errors',
    first: always((exchange) => exchange.whole(200, '<html><body>Log in to the network</body></html>', { 'content-type': 'text/html' })),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'status 200 with an error in JSON',
    group: 'errors',
    first: always((exchange, { speech }) => exchange.whole(200, speech.error(503, 'overloaded'))),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'status 200 with JSON that is something else',
    group: 'errors',
    first: always((exchange) => exchange.whole(200, '{"status":"ok","uptime":12345}')),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'status 200 with nothing',
    group: 'errors',
    first: always((exchange, { mode }) => exchange.whole(200, '', mode === 'stream' ? SSE : {})),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'status 204',
    group: 'errors',
    first: always((exchange) => {
      exchange.head(204, {});
      exchange.isOver = true;
    }),
    modes: BOTH,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },

  {
    name: 'fewer bytes come than the length says',
    group: 'whole answers',
    first: always((exchange, { speech }) => {
      const body = Buffer.from(speech.whole(TEXT));
      exchange.head(200, { 'content-type': 'application/json', 'content-length': String(body.length) });
      exchange.write(body.subarray(0, body.length - 40));
      exchange.fin();
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'more bytes come than the length says',
    group: 'whole answers',
    first: always((exchange, { speech }) => {
      exchange.whole(200, speech.whole(TEXT));
      exchange.write('{"more":"than was announced"}');
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 8_000,
  },
  {
    name: 'the last chunk is missing',
    group: 'whole answers',
    first: always((exchange, { speech }) => {
      exchange.head(200, { 'content-type': 'application/json', ...CHUNKED });
      exchange.chunk(speech.whole(TEXT));
      exchange.fin();
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the JSON breaks off, though the response ends in order',
    group: 'whole answers',
    first: always((exchange, { speech }) => exchange.whole(200, speech.whole(TEXT).slice(0, -30))),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the JSON breaks off behind a closing brace',
    group: 'whole answers',
    first: always((exchange, { speech }) => {
      const body = speech.whole(TEXT);
      exchange.whole(200, body.slice(0, body.lastIndexOf('}', body.length - 2) + 1));
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the answer of no stated length (HTTP/1.0) breaks off',
    group: 'whole answers',
    first: always((exchange, { speech }) => {
      exchange.write('HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n');
      exchange.write(speech.whole(TEXT).slice(0, -30));
      exchange.fin();
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the answer stops in the middle',
    group: 'whole answers',
    first: always((exchange, { speech }) => {
      const body = speech.whole(TEXT);
      exchange.head(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) });
      exchange.write(body.slice(0, 100));
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 45_000,
  },
  {
    name: 'the answer comes byte by byte',
    group: 'whole answers',
    first: always(async (exchange, { speech }) => {
      const body = Buffer.from(speech.whole(TEXT));
      exchange.head(200, { 'content-type': 'application/json', 'content-length': String(body.length) });
      for (let from = 0, size = 1; from < body.length; from += size) {
        size = from < 400 ? 1 : 97;
        exchange.write(body.subarray(from, from + size));
        await new Promise(setImmediate);
      }
      exchange.isOver = true;
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 8_000,
  },
  {
    name: 'a compressed answer breaks off',
    group: 'whole answers',
    first: always((exchange, { speech }) => {
      const body = gzipSync(speech.whole(TEXT));
      exchange.whole(200, body.subarray(0, body.length - 20), { 'content-encoding': 'gzip' });
    }),
    modes: WHOLE,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },

  {
    name: 'the stream is cut (FIN, no last chunk) between two events',
    group: 'streams',
    first: partThen(fin),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream is cut in the middle of an event',
    group: 'streams',
    first: partThen((exchange, { speech }) => {
      exchange.chunk(speech.token('half').slice(0, 25));
      exchange.fin();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream is reset',
    group: 'streams',
    first: partThen(rst),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream ends in order at HTTP’s level, in the middle of the answer',
    group: 'streams',
    first: partThen((exchange) => exchange.lastChunk()),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream of no stated length (HTTP/1.0) ends in the middle',
    group: 'streams',
    first: always((exchange, { speech }) => {
      exchange.write(`HTTP/1.0 200 OK\r\ncontent-type: ${SSE['content-type']}\r\n\r\n${part(speech).join('')}`);
      exchange.fin();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream is cut, and the second target does not take up what was said',
    group: 'streams',
    first: partThen(fin),
    second: always((exchange, scene) => {
      const { body } = exchange.request;
      if (body.includes(TOKENS[0] as string)) return status(400)(exchange, scene);
      return answerWell(exchange, scene);
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: undefined,
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream is cut, and the second target says something else',
    group: 'streams',
    first: partThen(fin),
    second: always(async (exchange, { speech }) => {
      await stream(exchange, streamOf(speech, TOKENS.toReversed()));
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'error',
    alone: undefined,
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream is cut, and so is the second target’s',
    group: 'streams',
    first: partThen(fin),
    second: partThen(fin, PART + 5),
    modes: STREAM,
    withFallback: 'error',
    alone: undefined,
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the stream is cut, and the second target is down',
    group: 'streams',
    first: partThen(fin),
    second: always(status(503)),
    modes: STREAM,
    withFallback: 'error',
    alone: undefined,
    asks: [1, 3],
    within: 10_000,
  },
  {
    name: 'the stream is cut in the middle of a tool call',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, [...part(speech, 2), ...speech.toolCall.slice(0, 2)]);
      exchange.fin();
    }),
    modes: STREAM,
    withFallback: 'error',
    alone: 'error',
    asks: [1, 0],
    within: 8_000,
  },
  {
    name: 'the stream stalls in the middle',
    group: 'streams',
    first: partThen(silence),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 45_000,
  },
  {
    name: 'the stream is silent for 30 s in the middle, then closed',
    group: 'streams',
    first: partThen(async (exchange, { scaled }) => {
      await exchange.wait(scaled(30_000));
      exchange.fin();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 45_000,
  },
  {
    name: 'the stream stalls behind its opening',
    group: 'streams',
    first: always((exchange, { speech }) => stream(exchange, speech.opening)),
    modes: STREAM,
    withFallback: 'answer',
    alone: undefined,
    asks: [1, 1],
    within: 20_000,
  },
  {
    name: 'the stream brings comments only, for ever',
    group: 'streams',
    first: always(async (exchange, { scaled }) => {
      await stream(exchange, []);
      while (!exchange.isClosed) {
        exchange.chunk(': keep-alive\n\n');
        await exchange.wait(scaled(1_000));
      }
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: undefined,
    asks: [1, 1],
    within: 20_000,
  },
  {
    name: 'the first content comes after 20 s',
    group: 'streams',
    first: always(async (exchange, scene) => {
      await stream(exchange, scene.speech.opening);
      await exchange.wait(scene.scaled(20_000));
      await send(exchange, streamOf(scene.speech).slice(scene.speech.opening.length));
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 1],
    within: 25_000,
  },
  {
    name: 'the first content comes after 14 s, before the second target’s',
    group: 'streams',
    first: always(async (exchange, scene) => {
      await exchange.wait(scene.scaled(14_000));
      await answerWell(exchange, scene);
    }),
    second: always(async (exchange, scene) => {
      await exchange.wait(scene.scaled(15_000));
      await answerWell(exchange, scene);
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 1],
    within: 20_000,
  },
  {
    name: 'the connection is cut behind the opening',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, speech.opening);
      exchange.fin();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'the events drip in byte by byte, letters cut in two',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      const bytes = Buffer.from(streamOf(speech, TOKENS).join(''));
      exchange.head(200, { ...SSE, ...CHUNKED });
      for (let from = 0, size = 1; from < bytes.length; from += size) {
        // The whole answer byte by byte would only keep the machine busy.
        size = from < 800 ? 1 : 97;
        exchange.chunk(bytes.subarray(from, from + size));
        if (from % 16 === 0) await new Promise(setImmediate);
      }
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 10_000,
  },
  {
    name: 'one event is malformed',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, [...part(speech), 'data: {"id": "chatcmpl-1", "choi\n\n', ...rest(speech)]);
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
  {
    name: 'one event is no JSON at all, between braces',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, [...part(speech), 'data: {internal server error}\n\n', ...rest(speech)]);
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
  {
    name: 'the very first event is malformed',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, ['data: {"id": "chatcmpl-1", "choi\n\n', ...streamOf(speech)]);
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
  {
    name: 'comments, blank lines, CRLF and fields nobody knows stand between the events',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      const events = streamOf(speech).map((event) => `: comment\nretry: 3000\nid: 7\n${event}\n`.replaceAll('\n', '\r\n'));
      await stream(exchange, events);
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
  {
    name: 'the closing of the dialect is missing ([DONE], message_stop)',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, streamOf(speech).slice(0, speech.closing.length === 0 ? undefined : -speech.closing.length));
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 8_000,
  },
  {
    name: 'the answer is whole, then the connection stays open in silence',
    group: 'streams',
    first: always((exchange, { speech }) =>
      stream(exchange, streamOf(speech).slice(0, speech.closing.length === 0 ? undefined : -speech.closing.length)),
    ),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 45_000,
  },
  {
    name: 'the answer is whole, then the connection is reset',
    group: 'streams',
    first: always(async (exchange, scene) => {
      await stream(exchange, streamOf(scene.speech));
      await rst(exchange, scene);
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
  {
    name: 'the last event is not terminated by a blank line',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, [streamOf(speech).join('').replace(/\n+$/, '')]);
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
  {
    name: 'an error event comes before any content',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      await stream(exchange, [...speech.opening, speech.errorEvent('the model is overloaded')]);
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [3, 1],
    within: 8_000,
  },
  {
    name: 'an error event comes in the middle',
    group: 'streams',
    first: partThen(async (exchange, { speech }) => {
      // Later than the content by more than one read, or the answer is asked for again before anything of it was delivered.
      await exchange.wait(50);
      exchange.chunk(speech.errorEvent('the model is overloaded'));
      exchange.lastChunk();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'the chunked framing of HTTP is broken',
    group: 'streams',
    first: partThen((exchange) => exchange.write('zz\r\nthis is no chunk\r\n')),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    asks: [1, 1],
    within: 8_000,
  },
  {
    name: 'something follows the last chunk',
    group: 'streams',
    first: always(async (exchange, scene) => {
      await answerWell(exchange, scene);
      exchange.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmore');
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
  {
    name: 'a compressed stream is cut',
    group: 'streams',
    first: always(async (exchange, { speech }) => {
      const bytes = gzipSync(streamOf(speech).join(''));
      await stream(exchange, [bytes.subarray(0, Math.floor(bytes.length * 0.7))], { 'content-encoding': 'gzip' });
      exchange.fin();
    }),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'error',
    // Whether anything of it could be read before it broke off is up to the decompressor.
    asks: ['any', 1],
    within: 8_000,
  },
  {
    name: 'a request for a stream is answered whole',
    group: 'streams',
    first: always((exchange, { speech }) => exchange.whole(200, speech.whole(TEXT))),
    modes: STREAM,
    withFallback: 'answer',
    alone: 'answer',
    asks: [1, 0],
    within: 5_000,
  },
];

/** A whole stream with some time between the tokens. */
export async function streamSlowly(exchange: Exchange, speech: Speech, pause = 20): Promise<void> {
  exchange.head(200, { ...SSE, ...CHUNKED });
  for (const event of streamOf(speech)) {
    exchange.chunk(event);
    await exchange.wait(pause);
    if (exchange.isClosed) return;
  }
  exchange.lastChunk();
}

/** A stream that never ends. */
export async function streamForEver(exchange: Exchange, speech: Speech): Promise<void> {
  exchange.head(200, { ...SSE, ...CHUNKED });
  for (const event of part(speech)) exchange.chunk(event);
  while (!exchange.isClosed) {
    exchange.chunk(': still there\n\n');
    await exchange.wait(100);
  }
}

/** The beginning of a stream, and nothing further. */
export async function streamPart(exchange: Exchange, speech: Speech): Promise<void> {
  await stream(exchange, part(speech));
}
