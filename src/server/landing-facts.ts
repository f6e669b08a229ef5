import { CHAT_DIALECTS } from '../dialects/index.ts';

/** What the page for people shows. */
export interface LandingOptions {
  readonly version: string;
  /** Where the reader reached the gateway; taken from a request header, so it is not trusted. */
  readonly baseUrl: string;
  readonly providers: readonly { readonly id: string; readonly name: string; readonly hasKey: boolean }[];
}

/** What clients can call, and which of their libraries do. */
export const ROUTES: readonly (readonly [method: string, path: string, speaks: string])[] = [
  ...CHAT_DIALECTS.filter(({ clients }) => clients === undefined).map(chatRoute),
  ['POST', '/v1/embeddings', 'OpenAI Embeddings'],
  ['GET', '/v1/models', "the provider's models"],
  ['any', '/v1/proxy/…', 'passed through, as every other /v1/… is'],
  ['POST', '/v1/explain', 'what would happen to a request'],
  ['GET', '/console/', 'the console, for browsers'],
  ['GET', '/livez, /readyz', 'health'],
];

function chatRoute({ dialect, path, streamPath = '' }: (typeof CHAT_DIALECTS)[number]): readonly [method: string, path: string, speaks: string] {
  const [streams] = /[:/][^:/]+$/.exec(streamPath) ?? [];
  return ['POST', path.replace('{version}', 'v1beta'), streams === undefined ? dialect.name : `${dialect.name}; ${streams} too`];
}

/** What the page says, whatever it is written in. */
export interface Facts extends LandingOptions {
  /** Ids of the providers whose keys are in the environment. */
  readonly withKey: readonly string[];
  /** The calls worth copying. */
  readonly calls: readonly { readonly title: string; readonly note: string; readonly command: string }[];
}

/** Letters that cannot end a shell word or an attribute; any other host is replaced by the default one. */
const PLAIN_URL = /^https?:\/\/[\w.:[\]-]+$/;

/** What there is to say of a gateway. */
export function readFacts(options: LandingOptions): Facts {
  const baseUrl = PLAIN_URL.test(options.baseUrl) ? options.baseUrl : 'http://127.0.0.1:8787';
  const hosts = options.providers.filter(({ id }) => id !== 'mock');
  const withKey = hosts.filter(({ hasKey }) => hasKey).map(({ id }) => id);
  return { ...options, baseUrl, withKey, calls: callsFor(baseUrl) };
}

const JSON_HEADER = "-H 'Content-Type: application/json'";

function callsFor(baseUrl: string): Facts['calls'] {
  const url = `${baseUrl}/v1/chat/completions`;
  const hello = (model: string): string => `-d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello!"}]}'`;
  const config = '{"strategy": {"mode": "fallback"}, "targets": [{"provider": "PROVIDER", "api_key": "KEY"}, {"provider": "mock"}]}';
  return [
    {
      title: 'First call',
      note: 'The built-in provider needs no key and no network.',
      command: lines(`curl ${url}`, "-H 'x-portkey-provider: mock'", JSON_HEADER, hello('mock')),
    },
    {
      title: 'A real provider',
      note: 'Name it in a header and send your own key.',
      command: lines(`curl ${url}`, "-H 'x-portkey-provider: PROVIDER'", '-H "Authorization: Bearer $KEY"', JSON_HEADER, hello('MODEL')),
    },
    {
      title: 'With a fallback',
      note: 'When the first target fails, the next one answers, in the same shape.',
      command: lines(`curl ${url}`, `-H 'x-portkey-config: ${config}'`, JSON_HEADER, hello('MODEL')),
    },
  ];
}

function lines(...parts: readonly string[]): string {
  return parts.join(' \\\n  ');
}
