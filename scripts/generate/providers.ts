import { applyQuirks, refusedMembers } from '../../src/attempt/quirks.ts';
import { REQUEST_SAMPLES } from '../../src/dialects/contract/requests.ts';
import { GatewayError } from '../../src/errors.ts';
import type { ChatRequest } from '../../src/ir/request.ts';
import { optionHeader, PROVIDERS } from '../../src/providers/index.ts';
import type { ChatEndpoint, Condition, Provider, ProviderOption } from '../../src/providers/provider.ts';

/** Writes the reference of providers from their data and from what their dialects can express. */
export function generate(): { readonly path: string; readonly text: string }[] {
  const sections = [INTRODUCTION, providerTable(), OPTIONS, optionTable(), SUPPORT, supportTable()];
  return [{ path: 'docs/providers.md', text: `${sections.join('\n\n')}\n` }];
}

function providerTable(): string {
  const rows = PROVIDERS.map((provider: Provider) => [
    code(provider.id),
    `[${provider.name}](${provider.docs})`,
    baseOf(provider),
    chatsOf(provider).map(dialectCell).join('<br>'),
    (provider.endpoints.embed ?? []).map((endpoint) => code(endpoint.path)).join('<br>'),
    provider.keyVariable === undefined ? '' : code(provider.keyVariable),
  ]);
  return table(['id', 'provider', 'base URL', 'chat', 'embeddings', 'key variable'], rows);
}

function baseOf({ baseURL, baseURLs = [], options = [] }: Provider): string {
  const replacing = options.filter((option) => option.replacesBaseURL === true).map((option) => option.name);
  if (baseURL === undefined) return `your own: ${[...replacing, 'custom_host'].map(code).join(' or ')}`;
  return [code(baseURL), ...baseURLs.map(({ when, url }) => [code(url), ...conditionsOf(when)].join(', '))].join('<br>');
}

function dialectCell({ dialect, baseURL, path, streamPath, when, assumed }: ChatEndpoint): string {
  const streams = streamPath === undefined ? [] : [`streams: ${code(streamPath)}`];
  return [
    `${dialect.id}: ${code((baseURL ?? '') + path)}`,
    ...streams,
    ...conditionsOf(when),
    ...(assumed === undefined ? [] : [ASSUMED[assumed]]),
  ].join(', ');
}

/** When a dialect is spoken without being named. */
const ASSUMED = { 'own-host': 'not behind a custom host unless named', never: 'where `dialect` names it' } as const;

function conditionsOf(when: Condition = {}): string[] {
  return Object.entries(when).map(([name, wanted]) => `if ${code(name)} ${wanted instanceof RegExp ? 'matches' : 'is'} ${code(String(wanted))}`);
}

function optionTable(): string {
  const rows = PROVIDERS.flatMap((provider: Provider) =>
    (provider.options ?? []).map((option) => [code(provider.id), code(option.name), headersOf(option), defaultOf(option), option.description]),
  );
  return table(['provider', 'config key', 'request header', 'default', 'meaning'], rows);
}

function headersOf(option: ProviderOption): string {
  return [`x-portkey-${optionHeader(option)}`, option.bareHeader]
    .filter((header) => header !== undefined)
    .map(code)
    .join(', ');
}

function defaultOf({ default: value, required }: ProviderOption): string {
  return value === undefined ? (required === true ? 'required' : '') : code(value);
}

function supportTable(): string {
  const groups = new Map<string, { readonly ids: string[]; readonly support: readonly boolean[] }>();
  for (const provider of PROVIDERS as readonly Provider[]) {
    const endpoint = chatsOf(provider)[0];
    if (endpoint === undefined) continue;
    const support = REQUEST_SAMPLES.map(({ request }) => supports(endpoint, request));
    const group = groups.get(`${endpoint.dialect.id} ${support.join()}`) ?? { ids: [], support };
    groups.set(`${endpoint.dialect.id} ${support.join()}`, { ...group, ids: [...group.ids, provider.id] });
  }
  const columns = [...groups.values()].sort((a, b) => b.ids.length - a.ids.length);
  const heads = columns.map(({ ids }, index) => (index === 0 ? 'others' : ids.map(code).join(', ')));
  const rows = REQUEST_SAMPLES.map(({ name }, row) => [name, ...columns.map(({ support }) => (support[row] === true ? 'yes' : '–'))]);
  return table(['request', ...heads], rows);
}

/** Whether a request reaches the host whole: it can be expressed, nothing of it is left out, and it is not sent as if it asked for nothing special. */
function supports({ dialect, quirks }: ChatEndpoint, request: ChatRequest): boolean {
  const sent = (asked: ChatRequest): string => JSON.stringify(applyQuirks(dialect.request.encode(asked).wire, quirks));
  const plain = REQUEST_SAMPLES[0]?.request as ChatRequest;
  try {
    const { wire, dropped } = dialect.request.encode(request);
    if (dropped.length > 0 || refusedMembers(wire, quirks).length > 0) return false;
    // Some dialects ask for a stream by the URL.
    return request === plain || request.stream || sent(request) !== sent(plain);
  } catch (error) {
    if (error instanceof GatewayError) return false;
    throw error;
  }
}

function chatsOf(provider: Provider): readonly ChatEndpoint[] {
  return provider.endpoints.chat ?? [];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

const INTRODUCTION = `# Providers

A provider is named by its id, in the \`provider\` of a config's target or in the header \`x-portkey-provider\`. Its base URL is replaced by \`custom_host\`;
the paths of the table stand below it. Of several chat dialects the client's own is spoken, else the first; \`dialect\` in a target names another. A dialect
with a base URL of its own is not sought behind a custom host unless the target names it; neither is the Responses API, which most servers that copy OpenAI's
chat API lack. Everything else is passed through, with the provider's credentials.

This page is generated from \`src/providers\`.`;

const OPTIONS = `## Options

Beside \`api_key\` and \`custom_host\`, a target can carry these options of its provider, as config keys or as request headers (each \`x-portkey-…\` header also
as \`x-sluice-…\`).`;

const SUPPORT = `## What reaches the provider

What a request asks for, in whatever dialect it came, and whether the provider's chat format can say it. What cannot be said is left out and named in the
header \`x-sluice-dropped-params\`, or refused where leaving it out would change the question. This table is worked out by encoding such requests, so it says
what is sent; whether a model heeds it is for the provider's own reference to say.`;
