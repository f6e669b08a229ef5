import { headersOf, OPTION_HEADERS, spellings } from '../../src/config/provider-options.ts';
import { SETTING_HEADERS } from '../../src/config/request-settings.ts';
import { optionsOf, PROVIDERS } from '../../src/providers/index.ts';
import { PRIORITIES } from '../../src/routing/priority.ts';

/** Writes the reference of headers. */
export function generate(): { readonly path: string; readonly text: string }[] {
  return [
    { path: 'docs/headers.md', text: `${INTRODUCTION}\n${requestTable()}\n${CREDENTIALS}\n${optionTable()}\n${RESPONSES}\n${responseTable()}\n` },
  ];
}

const INTRODUCTION = `# Headers

Every header that the gateway reads and writes. Those that begin with \`x-portkey-\` can be written \`x-sluice-…\` too; if both are sent, that one wins.
None of them is passed on to a provider.

This page is generated: the settings and the options from what the gateway reads, the rest from \`scripts/generate/headers.ts\`.

## Requests
`;

/** By name without prefix; what the gateway reads as a setting and is not here fails the generator. */
const SETTINGS: Readonly<Record<string, string>> = {
  config: 'The config, as JSON, or the id of a saved one: see the [README](../README.md#configs) and [keys-and-configs.md](keys-and-configs.md).',
  provider: 'Id of the [provider](providers.md), or `@slug` of a saved one, for requests and configs that name none.',
  'virtual-key': 'Slug of a saved provider; the same as `@slug` in `x-portkey-provider`.',
  'custom-host': 'Base URL in place of the provider’s, for every target; [security.md](security.md#custom-hosts) says what is refused.',
  'request-timeout': 'Milliseconds until the provider must have begun to answer, for every target; 0 for no limit.',
  'forward-headers': 'Names of request headers that are copied to the provider, separated by commas.',
  'strict-open-ai-compliance': '`false`: answers in OpenAI’s shape carry `content_blocks` and the provider’s own finish reasons too.',
  'retry-count': 'How often a failed request is retried, if the config does not say; at most 5.',
  'default-input-guardrails': 'Refused, like `input_guardrails` in a config: this version has no guardrails.',
  'default-output-guardrails': 'The same for `output_guardrails`.',
};

const OTHERS: readonly (readonly [name: string, description: string])[] = [
  ['x-portkey-metadata', 'JSON object about the caller or the request, for conditions and sticky strategies.'],
  ['x-portkey-trace-id', 'Returned with the answer; the id of the call by default.'],
  [
    'x-portkey-api-key',
    'The caller’s key for the gateway: see [keys-and-configs.md](keys-and-configs.md). It may also be sent in place of the provider’s key.',
  ],
  ['x-sluice-admin-key', 'The key for administering the gateway (`SLUICE_ADMIN_KEY`), for the admin interface and for calls.'],
  ['x-portkey-cache', '`simple` or `semantic`: adds a cache to a config that has none; `false`: no cache. See [caching.md](caching.md).'],
  ['x-portkey-cache-namespace', 'Requests of a caller with the same namespace share cached answers, whatever their metadata.'],
  ['x-portkey-cache-force-refresh', '`true`: a new answer is requested and replaces the one in the cache.'],
  [
    'x-sluice-include-cost',
    '`true`: the usage in the answer says what it cost, as `cost` in USD. The same as `"usage": {"include": true}` in the body.',
  ],
  ['cache-control', '`no-store`: the cache is neither read nor written; `no-cache`: as `x-portkey-cache-force-refresh`; `max-age`: in seconds.'],
  ['x-portkey-debug', '`false`: the [request log](logs.md) keeps neither bodies nor headers of the call.'],
  ['x-portkey-span-id', 'Id of the span that stands for the call in the log.'],
  ['x-portkey-span-name', 'Name of that span.'],
  ['x-portkey-parent-span-id', 'Id of the parent span; by default that of `traceparent`.'],
  ['x-portkey-session-id', 'The session of the call in the log; by default `session_id` in the metadata.'],
  ['x-sluice-priority', `How urgent the call is when calls have to wait or are turned away: ${PRIORITIES.map((word) => `\`${word}\``).join(', ')}.`],
  ['content-encoding', '`gzip`, `deflate`, `br` or `zstd`: the body is decompressed.'],
];

function requestTable(): string {
  const described = Object.entries(SETTINGS).map(([name, description]) => [`x-portkey-${name}`, description] as const);
  const known = new Set([...Object.keys(SETTINGS).flatMap(spellings), ...OPTION_HEADERS]);
  const unknown = SETTING_HEADERS.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`scripts/generate/headers.ts describes no ${unknown.join(', ')}`);
  return table(['header', 'meaning'], [...described, ...OTHERS].map(named));
}

const CREDENTIALS = `
The caller's key is taken from \`authorization\` (with or without \`Bearer\`), else from \`x-api-key\`, \`x-goog-api-key\`, \`api-key\` or the query parameter
\`key\`, and is sent to the provider the way that provider expects it.

### Options of providers

For the provider named by \`x-portkey-provider\`. [providers.md](providers.md) says which provider has which options.
`;

function optionTable(): string {
  const rows = new Map<string, string>();
  for (const option of PROVIDERS.flatMap(optionsOf)) {
    const names = headersOf(option).filter((name) => !name.startsWith('x-sluice-'));
    rows.set(names.map(code).join(', '), code(option.name));
  }
  return table(
    ['header', 'option'],
    [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const RESPONSES = `## Answers

Headers of the provider are passed on, except for those about its connection or its origin ([security.md](security.md#headers)). The gateway adds:
`;

const ANSWERED: readonly (readonly [name: string, description: string])[] = [
  ['x-sluice-request-id', 'The id of the call, as in the log.'],
  ['x-portkey-trace-id', 'The trace id of the request, else the id of the call.'],
  ['x-sluice-attempts', 'Every attempt that was made, as a JSON list: [explain.md](explain.md#what-really-happened). `[]` where none was.'],
  [
    'x-sluice-overhead-ms',
    'Milliseconds that the gateway itself took until it wrote these headers, not counting the time that it waited for others.',
  ],
  [
    'server-timing',
    'The same for browsers and tools: `gateway` is the time that it took itself, `upstream` the time that it waited: for providers, before a retry, for the rest of the request.',
  ],
  ['x-portkey-last-used-option-index', 'Path of the target that answered, as `config.targets[1]`; `config` where there are no targets.'],
  ['x-portkey-retry-attempt-count', 'Retries at that target; -1 when all were used up, or the provider asked for too long a wait.'],
  [
    'x-portkey-cache-status',
    'What the cache did: `HIT`, `MISS`, `REFRESH`, and `SEMANTIC HIT` or `SEMANTIC MISS` for the semantic one; `DISABLED`: nothing.',
  ],
  ['x-sluice-cache-key', 'Identifies the request in the cache: equal requests of a caller have the same key.'],
  ['x-sluice-cache-similarity', 'For a semantic hit: how similar the question is to the one that was answered, up to 1.'],
  ['x-sluice-cache-entry', 'For a semantic hit: the key of the request that was answered.'],
  ['age', 'Seconds since an answer from the cache was made.'],
  ['x-sluice-cost', 'What the answer cost, in USD, if the price is known; for a stream in a comment after its last event. See [cost.md](cost.md).'],
  ['x-sluice-cost-saved', 'What an answer from the cache would have cost, in USD.'],
  ['x-sluice-budget-limit', 'The budget with the least left: [budgets-and-limits.md](budgets-and-limits.md).'],
  ['x-sluice-budget-remaining', 'What is left of it, without what is reserved.'],
  ['x-sluice-budget-reset', 'When it is reset.'],
  [
    'x-ratelimit-…',
    '`limit`, `remaining` and `reset`, each for `requests` and `tokens`: the rate limits with the least left, in place of the provider’s own. Clients of Anthropic’s Messages API get `anthropic-ratelimit-…`.',
  ],
  ['x-sluice-shadow-limit', 'A rate limit in shadow mode that would have refused the call.'],
  ['x-portkey-provider', 'Id of the provider that answered.'],
  [
    'x-sluice-dropped-params',
    'Members of the request that could not be sent to the provider, separated by commas; `+12` at the end stands for 12 more; absent if there are none.',
  ],
  ['x-sluice-token-count', '`estimate`: the tokens were counted by the gateway, because the provider does not count.'],
  ['retry-after', 'Seconds after which a call that was turned away may be repeated.'],
];

function responseTable(): string {
  return `${table(['header', 'meaning'], ANSWERED.map(named))}

Every \`x-portkey-…\` header is also sent as \`x-sluice-…\`. Answers to explanations ([explain.md](explain.md)) name the target that would be tried first.`;
}

function table(heads: readonly string[], rows: readonly (readonly [name: string, description: string])[]): string {
  const lines = rows.map((row) => `| ${row.join(' | ')} |`);
  return [`| ${heads.join(' | ')} |`, '|---|---|', ...lines].join('\n');
}

function named([name, description]: readonly [string, string]): readonly [string, string] {
  return [code(name), description];
}

function code(text: string): string {
  return `\`${text}\``;
}
