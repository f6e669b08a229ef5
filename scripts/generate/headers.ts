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

Every header that the gateway reads and writes. Those that begin with \`x-portkey-\` can be written \`x-sluice-…\` too; where both are there, that one counts.
None of them goes to a provider.

This page is generated: the settings and the options from what the gateway reads, the rest from \`scripts/generate/headers.ts\`.

## Requests
`;

/** By name without prefix; what the gateway reads as a setting and is not here fails the generator. */
const SETTINGS: Readonly<Record<string, string>> = {
  config: 'The config, as JSON, or the id of a saved one: see the [README](../README.md#configs) and [keys-and-configs.md](keys-and-configs.md).',
  provider: 'Id of the [provider](providers.md), or `@slug` of a saved one, for requests and configs that name none.',
  'virtual-key': 'Slug of a saved provider; the same as `@slug` in `x-portkey-provider`.',
  'custom-host': 'Base URL instead of the provider’s, for every target. What is refused: [security.md](security.md#custom-hosts).',
  'request-timeout': 'Milliseconds until the provider must have begun to answer, for every target; 0 for no limit.',
  'forward-headers': 'Names of request headers that are copied to the provider, comma separated.',
  'strict-open-ai-compliance': '`false`: answers in OpenAI’s shape carry `content_blocks` and the provider’s own finish reasons too.',
  'retry-count': 'How often a failed request is repeated where the config says nothing of it; more than 5 count as 5.',
  'default-input-guardrails': 'Refused, as `input_guardrails` in a config is: checks are not part of this version.',
  'default-output-guardrails': 'The same for `output_guardrails`.',
};

const OTHERS: readonly (readonly [name: string, description: string])[] = [
  ['x-portkey-metadata', 'JSON object about the caller or the request, for conditions and sticky strategies.'],
  ['x-portkey-trace-id', 'Given back with the answer; the id of the call where it is not named.'],
  [
    'x-portkey-api-key',
    'The caller’s key for the gateway: see [keys-and-configs.md](keys-and-configs.md). It may stand in the place of the provider’s key too.',
  ],
  ['x-sluice-admin-key', 'The key of whoever administers the gateway (`SLUICE_ADMIN_KEY`), for the admin interface and for calls.'],
  ['x-portkey-cache', '`simple` or `semantic`: a cache in front of a config that has none; `false`: none. See [caching.md](caching.md).'],
  ['x-portkey-cache-namespace', 'Requests with the same one share cached answers, whatever their metadata; those of other callers never do.'],
  ['x-portkey-cache-force-refresh', '`true`: the answer is made anew, and takes the place of the one in the cache.'],
  [
    'x-sluice-include-cost',
    '`true`: the usage in the answer says what it cost, as `cost` in USD. The same as `"usage": {"include": true}` in the body.',
  ],
  [
    'cache-control',
    '`no-store`: nothing is taken from the cache or put into it; `no-cache`: as `x-portkey-cache-force-refresh`; `max-age`: in seconds.',
  ],
  ['x-portkey-debug', '`false`: the [request log](logs.md) keeps neither bodies nor headers of the call.'],
  ['x-portkey-span-id', 'The span that the call is, in the log.'],
  ['x-portkey-span-name', 'What that span is called.'],
  ['x-portkey-parent-span-id', 'The span that the call belongs to; else that of `traceparent`.'],
  ['x-portkey-session-id', 'The session that the call belongs to, in the log; else `session_id` in the metadata.'],
  ['x-sluice-priority', `How urgent the call is where calls wait or are turned away: ${PRIORITIES.map((word) => `\`${word}\``).join(', ')}.`],
  ['content-encoding', '`gzip`, `deflate`, `br` or `zstd`: the body is unpacked.'],
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
\`key\`, and goes to the provider in the provider's own way.

### Options of providers

For the provider that \`x-portkey-provider\` names. [providers.md](providers.md) says which option belongs to whom.
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

Headers of the provider are passed on, but for those that speak of its connection or its origin ([security.md](security.md#headers)). The gateway adds:
`;

const ANSWERED: readonly (readonly [name: string, description: string])[] = [
  ['x-sluice-request-id', 'The id of the call, as in the log.'],
  ['x-portkey-trace-id', 'The trace id of the request, else the id of the call.'],
  ['x-sluice-attempts', 'Every attempt that was made, as a JSON list: [explain.md](explain.md#what-really-happened). `[]` where none was.'],
  ['x-sluice-overhead-ms', 'Milliseconds that the gateway itself took until it wrote these headers: all but the time that it waited for others.'],
  [
    'server-timing',
    'The same for browsers and tools: `gateway` is what it took itself, `upstream` what it waited for others: providers, the wait before a retry, the rest of the request.',
  ],
  ['x-portkey-last-used-option-index', 'Path of the target that answered, as `config.targets[1]`; `config` where there are no targets.'],
  ['x-portkey-retry-attempt-count', 'Retries at that target; -1 when all were used up, or the provider asked for too long a wait.'],
  [
    'x-portkey-cache-status',
    'What the cache did: `HIT`, `MISS`, `REFRESH`, and of the semantic one `SEMANTIC HIT` and `SEMANTIC MISS`; `DISABLED`: nothing.',
  ],
  ['x-sluice-cache-key', 'Names the request for the cache: a caller’s equal requests have the same one.'],
  ['x-sluice-cache-similarity', 'How like its question is to the one that an answer of the semantic cache was made for, up to 1.'],
  ['x-sluice-cache-entry', 'Key of the request that such an answer was made for.'],
  ['age', 'Seconds since an answer from the cache was made.'],
  [
    'x-sluice-cost',
    'What the answer cost, in USD, where the price is known; of a stream behind its last event, as a comment. See [cost.md](cost.md).',
  ],
  ['x-sluice-cost-saved', 'What an answer from the cache would have cost, in USD.'],
  ['x-sluice-budget-limit', 'The budget of which least is left: [budgets-and-limits.md](budgets-and-limits.md).'],
  ['x-sluice-budget-remaining', 'What is left of it and not reserved.'],
  ['x-sluice-budget-reset', 'When it begins anew.'],
  [
    'x-ratelimit-…',
    '`limit`, `remaining` and `reset`, each for `requests` and `tokens`: the rate limits of which least is left, in place of what the provider says of its own. Clients of Anthropic’s Messages get `anthropic-ratelimit-…`.',
  ],
  ['x-sluice-shadow-limit', 'A rate limit in shadow mode that would have refused the call.'],
  ['x-portkey-provider', 'Id of the provider that answered.'],
  ['x-sluice-dropped-params', 'Members of the request that the provider could not be sent, comma separated; only where there are some.'],
  ['x-sluice-token-count', '`estimate`: the tokens were counted by the gateway, because the provider does not count.'],
  ['retry-after', 'Seconds after which a call that was turned away for want of a place may come again.'],
];

function responseTable(): string {
  return `${table(['header', 'meaning'], ANSWERED.map(named))}

\`x-portkey-…\` ones come as \`x-sluice-…\` too. Answers to explanations ([explain.md](explain.md)) name the target that would be tried first.`;
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
