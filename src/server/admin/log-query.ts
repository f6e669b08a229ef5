import * as z from 'zod/mini';
import { described } from '../../config/schema-parts.ts';
import { GatewayError } from '../../errors.ts';
import type { Bounds, Dimension, LogFilter } from '../../logs/log-store.ts';

/** Text of a query that is there: an empty one says nothing. */
const word = z.optional(z.string());
const number = z.optional(z.coerce.number().check(z.gte(0)));

/** What calls can be asked for by, in every list, stream, export and statistic of the log. */
const filterMembers = {
  from: described('Calls since then: ISO 8601, or milliseconds since the epoch.', word),
  to: described('Calls before then.', word),
  status: described('`200`, `4xx`, `400-429`, or `error` for all that failed or broke off; several separated by commas.', word),
  provider: described('Ids of providers, separated by commas.', word),
  model: described('Models, separated by commas.', word),
  api_key: described('Ids of API keys.', word),
  config: described('Ids of saved configs.', word),
  workspace: described('Only calls of this workspace.', word),
  error_class: described('Classes of errors, such as `rate_limit`.', word),
  cache: described('`HIT`, `SEMANTIC HIT`, `MISS`, …', word),
  trace_id: word,
  session_id: word,
  min_cost: described('USD.', number),
  max_cost: number,
  min_ms: described('Milliseconds that the call took.', number),
  max_ms: number,
  min_tokens: number,
  max_tokens: number,
  search: described('Words in the bodies, the metadata or the ids of a call; `*` at the end of a word matches any continuation.', word),
};

/** A query that filters calls, with `members` beside the filter; `metadata.NAME` asks for a member of the metadata. */
export function callQuery<Members extends z.core.$ZodShape>(members: Members) {
  return {
    schema: z.catchall(z.object({ ...filterMembers, ...members }), z.string()),
    /** The filter of a query. `workspace`: of whoever asks, who sees no other; undefined: all. */
    filterOf: (query: FilterQuery, workspace: string | undefined): LogFilter => filterOf(query, workspace, Object.keys(members)),
  };
}

type FilterQuery = { readonly [name in keyof typeof filterMembers]?: string | number | undefined } & Readonly<Record<string, unknown>>;

const METADATA = 'metadata.';

function filterOf(query: FilterQuery, workspace: string | undefined, known: readonly string[]): LogFilter {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = String(value);
    else if (!(name in filterMembers) && !known.includes(name)) throw unknownMember(name, known);
  }
  return {
    from: timeOf(query, 'from'),
    to: timeOf(query, 'to'),
    ...statusOf(textOf(query, 'status')),
    dimensions: dimensionsOf(query, workspace),
    traceId: textOf(query, 'trace_id'),
    sessionId: textOf(query, 'session_id'),
    metadata,
    cost: boundsOf(query, 'cost'),
    ms: boundsOf(query, 'ms'),
    tokens: boundsOf(query, 'tokens'),
    search: textOf(query, 'search'),
  };
}

function unknownMember(name: string, known: readonly string[]): GatewayError {
  const names = [...Object.keys(filterMembers), 'metadata.NAME', ...known].join(', ');
  return new GatewayError('invalid_request', `${name.slice(0, 100)}: Expected one of: ${names}`, { param: name.slice(0, 100) });
}

function textOf(query: FilterQuery, name: keyof typeof filterMembers): string | undefined {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Milliseconds since the epoch at the end of the year 9999: no time that can be written as ISO 8601 with four digits lies behind it. */
const LATEST = 253_402_300_799_999;

/** Milliseconds since the epoch of an ISO time, or of a number. */
export function timeOf(query: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  const time = /^\d+$/.test(String(text)) ? Number(text) : Date.parse(String(text));
  if (!(Math.abs(time) <= LATEST))
    throw new GatewayError('invalid_request', `${name}: Expected a time: ISO 8601, or milliseconds since the epoch`, { param: name });
  return time;
}

const STATUS = /^(?:(?<of>[1-9])xx|(?<from>\d{3})(?:-(?<to>\d{3}))?)$/i;

/** Statuses that can be asked for at once: databases bound how many conditions a question may have. */
const MOST_STATUSES = 100;

/** Statuses in words: `200`, `4xx`, `400-429`, `error`. */
export function statusOf(text: string | undefined): Pick<LogFilter, 'status' | 'failed'> {
  if (text === undefined || text === '') return {};
  if (text.toLowerCase() === 'error') return { failed: true };
  const parts = text.split(',');
  if (parts.length > MOST_STATUSES)
    throw new GatewayError('invalid_request', `status: Expected at most ${MOST_STATUSES} statuses or ranges of them`, { param: 'status' });
  const status = parts.map((part) => {
    const { of, from, to = from } = STATUS.exec(part.trim())?.groups ?? {};
    if (of !== undefined) return [Number(of) * 100, Number(of) * 100 + 99] as const;
    if (from !== undefined) return [Number(from), Number(to)] as const;
    throw new GatewayError('invalid_request', `status: Expected 200, 4xx, 400-429 or error, got ${JSON.stringify(part.slice(0, 40))}`, {
      param: 'status',
    });
  });
  return { status };
}

const BY_NAME: readonly Exclude<Dimension, 'workspace'>[] = ['model', 'provider', 'api_key', 'config', 'error_class', 'cache'];

function dimensionsOf(query: FilterQuery, workspace: string | undefined): LogFilter['dimensions'] {
  const dimensions: Partial<Record<Dimension, readonly string[]>> = {};
  for (const name of BY_NAME) {
    const text = textOf(query, name);
    if (text !== undefined) dimensions[name] = listed(text);
  }
  const own = workspace ?? textOf(query, 'workspace');
  if (own !== undefined) dimensions.workspace = [own];
  return dimensions;
}

/** The parts of a list with commas. */
export function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function boundsOf(query: FilterQuery, name: 'cost' | 'ms' | 'tokens'): Bounds | undefined {
  const min = query[`min_${name}`] as number | undefined;
  const max = query[`max_${name}`] as number | undefined;
  return min === undefined && max === undefined ? undefined : { min, max };
}
