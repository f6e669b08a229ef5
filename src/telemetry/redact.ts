const MASK = '****';
/** How deep values are followed, how many entries of a list are told, and how many characters of a text. */
const DEEPEST = 8;
const MOST_ENTRIES = 100;
const LONGEST = 16 * 1024;
/** A text shorter than this has no room for a credential that could be told by its look. */
const SHORTEST = 12;

/** Members whose texts are credentials, by the way their names end, in any spelling. */
const CREDENTIAL = /(?:authorization|api_?key|secret|token|password|passphrase|credentials?|signature|cookie|jwt)$|(?:^|[-_.])key$/i;
const CREDENTIAL_IN_CAMELS = /[a-z]Key$/;

/** What credentials look like wherever they stand: the common prefixes of keys, bearer tokens, JWTs, private keys, and parts of URLs. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/\b(?:sk|pk|rk|gsk|hf|r8|xai|nvapi|pplx|fw|csk|pcsk|sluice)[-_][\w-]{12,}/g, MASK],
  [/\b(?:AIza|ya29\.|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-)[\w.-]{12,}/g, MASK],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, MASK],
  [/(:\/\/)[^/\s@"']*@/g, `$1${MASK}@`],
  [/([?&](?:[\w-]*(?:key|token|secret|signature|password|credential)|sig)=)[^&\s"']+/gi, `$1${MASK}`],
];

/** A text without what looks like a credential. */
export function redactText(text: string): string {
  if (text.length < SHORTEST) return text;
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return PATTERNS.reduce((clean, [pattern, mask]) => clean.replaceAll(pattern, mask), short);
}

/** A value for the log: without credentials by name or by look, errors with their causes, and not endless. */
export function redact(value: unknown): unknown {
  return visit(value, 0);
}

function visit(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return plain(value);
  if (depth >= DEEPEST) return '…';
  if (value instanceof Error) return visit(describe(value), depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map((item) => visit(item, depth + 1));
  const members = Object.entries(value).slice(0, MOST_ENTRIES);
  return Object.fromEntries(members.map(([name, member]) => [name, isSecret(name, member) ? MASK : visit(member, depth + 1)]));
}

/** A value without members as JSON can say it. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
}

function isSecret(name: string, value: unknown): boolean {
  return typeof value === 'string' && value !== '' && (CREDENTIAL.test(name) || CREDENTIAL_IN_CAMELS.test(name));
}

function describe(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  const errors = error instanceof AggregateError ? error.errors : undefined;
  return { name: error.name, message: error.message, code, stack: error.stack, cause: error.cause, errors };
}
