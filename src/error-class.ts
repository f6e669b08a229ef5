import type { ErrorInfo, GatewayError } from './errors.ts';

/** What kind of trouble an error is, whoever reports it: what retries, strategies and breakers go by beside the HTTP status. */
export const ERROR_CLASSES = [
  'rate_limit',
  'overloaded',
  'timeout',
  'network',
  'auth',
  'quota',
  'context_length',
  'content_policy',
  'invalid_request',
  'stream_break',
  'server',
] as const;

export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Classes of the gateway's own errors. */
const BY_CODE: Readonly<Partial<Record<GatewayError['code'], ErrorClass>>> = {
  request_timeout: 'timeout',
  answer_too_slow: 'timeout',
  upstream_unreachable: 'network',
  stream_truncated: 'stream_break',
  upstream_invalid: 'server',
  internal_error: 'server',
  overloaded: 'overloaded',
  budget_exhausted: 'quota',
  model_unpriced: 'quota',
  rate_limited: 'rate_limit',
  limits_unavailable: 'server',
};

/** What providers write into code, type or message, where the status alone does not tell. The first that fits counts. */
const BY_WORDING: readonly (readonly [ErrorClass, RegExp])[] = [
  [
    'context_length',
    /context[_ ]length|context[_ ]window|maximum context|max(?:imum)? (?:prompt|input) length|(?:prompt|input|request) is too (?:long|large)|too many (?:input )?tokens|(?:input )?token count[^.]*exceeds|exceed(?:s|ed)? [^.]*(?:context|token limit|max length|maximum number of tokens)|string_above_max_length|reduce the length|max_new_tokens\W* must be|range of input length/i,
  ],
  [
    'content_policy',
    /content[_ ](?:policy|filter|management)|responsible ?ai|safety (?:system|polic|filter|setting)|(?:was|been|is) (?:flagged|blocked) (?:by|as|for|due)|input was flagged|violat\w+ [^.]*(?:usage|content|safety) (?:polic|guideline)|content exists risk|敏感|moderation_blocked|data_inspection_failed|guardrail_intervened/i,
  ],
  [
    'quota',
    /insufficient[_ ](?:quota|balance|credit|funds)|quota[^.]*(?:exceeded|exhausted)|exceeded [^.]*quota|billing|credit balance|out of credits|all available credits|spending limit|payment required/i,
  ],
  ['auth', /(?:incorrect|invalid) api[ _-]?key|api key (?:is )?(?:not valid|invalid|expired)/i],
  ['overloaded', /overloaded|over capacity|at capacity|high demand|temporarily unavailable|model_?is_?loading|engine is currently/i],
];

const BY_STATUS: Readonly<Record<number, ErrorClass>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  407: 'auth',
  408: 'timeout',
  413: 'context_length',
  // Something that the host depends on failed: so Bedrock tells that a model did.
  424: 'server',
  429: 'rate_limit',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

/** Which wordings a status leaves room for: a 500 that mentions billing is still the server's trouble. */
const WORDINGS: readonly { readonly from: number; readonly to: number; readonly classes: ReadonlySet<ErrorClass> }[] = [
  { from: 400, to: 428, classes: new Set<ErrorClass>(['context_length', 'content_policy', 'quota', 'auth']) },
  { from: 429, to: 429, classes: new Set<ErrorClass>(['quota', 'overloaded']) },
  { from: 430, to: 499, classes: new Set<ErrorClass>(['content_policy']) },
  { from: 500, to: 599, classes: new Set<ErrorClass>(['overloaded', 'context_length']) },
];

/** The class of an error, from its status and from what the provider says. */
export function errorClass(error: GatewayError): ErrorClass {
  const own = BY_CODE[error.code];
  if (own !== undefined) return own;
  return wordedClass(error.info) ?? BY_STATUS[error.status] ?? (error.status >= 500 ? 'server' : 'invalid_request');
}

function wordedClass({ status, code, type, message }: ErrorInfo): ErrorClass | undefined {
  const room = WORDINGS.find(({ from, to }) => status >= from && status <= to)?.classes;
  if (room === undefined) return undefined;
  const text = `${code ?? ''} ${type ?? ''} ${message}`;
  return BY_WORDING.find(([name, pattern]) => room.has(name) && pattern.test(text))?.[0];
}
