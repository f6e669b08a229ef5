import { print } from '../telemetry/log.ts';
import { sseDecoder } from '../transport/framing/sse.ts';
import { adminClient, CLIENT_HELP, CLIENT_OPTIONS, type AdminClient } from './admin-client.ts';
import { isOn, textOf, textsOf, UsageError, type Command, type Words } from './command.ts';
import { detailLines, entryLine, type LogDetail, type LogEntry } from './log-entry.ts';

/** Options that filter, and what the interface calls them. */
const FILTERS: Readonly<Record<string, string>> = {
  status: 'status',
  provider: 'provider',
  model: 'model',
  'api-key': 'api_key',
  config: 'config',
  workspace: 'workspace',
  trace: 'trace_id',
  session: 'session_id',
  cache: 'cache',
  search: 'search',
  'min-ms': 'min_ms',
  'min-cost': 'min_cost',
};

/** `sluice logs`. */
export const logs: Command = {
  help: `sluice logs [--follow] [filters]
sluice logs ID [--full]

Shows the last calls of a running gateway, oldest first; with --follow, new ones too. With an ID, shows that call with its attempts and bodies.

  -f, --follow           go on until Ctrl-C
  -n, --limit NUMBER     how many of the last calls (default 20, at most 200)
  --since TIME           calls since then: 15m, 2h, 3d, or ISO 8601
  --status STATUS        200, 4xx, or error for all that failed or broke off
  --errors               the same as --status error
  --provider, --model, --api-key, --config, --workspace, --trace, --session, --cache VALUE
  --metadata NAME=VALUE  (several times)
  --search WORDS         words in bodies, metadata or ids
  --min-ms, --min-cost NUMBER
  --full                 bodies in full length
  --json                 one JSON object a line
${CLIENT_HELP}

Exit codes: 0, 1 no gateway or no such call, 2 wrong options.`,
  options: {
    ...CLIENT_OPTIONS,
    ...Object.fromEntries(Object.keys(FILTERS).map((name) => [name, { type: 'string' } as const])),
    follow: { type: 'boolean', short: 'f' },
    limit: { type: 'string', short: 'n' },
    since: { type: 'string' },
    errors: { type: 'boolean' },
    metadata: { type: 'string', multiple: true },
    full: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  positionals: 1,
  run: async (words) => {
    const client = adminClient(words);
    const [id] = words.positionals;
    if (id !== undefined) return showCall(client, words, id);
    const filters = filtersOf(words, Date.now());
    const limit = limitOf(words);
    if (isOn(words, 'follow')) return follow(new Screen(words), client, { filters, limit });
    const calls = await lastCalls(client, filters, limit);
    const screen = new Screen(words);
    for (const entry of calls) screen.show(entry);
    if (calls.length === 0 && !isOn(words, 'json')) print('no matching calls');
    return 0;
  },
};

/** Whether a person in a terminal reads the output. */
function isColoured({ env }: Words): boolean {
  return process.stdout.isTTY && env['NO_COLOR'] === undefined;
}

async function showCall(client: AdminClient, words: Words, id: string): Promise<number> {
  const detail = (await (await client.get(`/admin/v1/logs/${encodeURIComponent(id)}`)).json()) as LogDetail;
  print(isOn(words, 'json') ? JSON.stringify(detail) : detailLines(detail, { isColoured: isColoured(words), isWhole: isOn(words, 'full') }));
  return 0;
}

/** The most that the interface lists at once. */
const MOST = 200;

function limitOf(words: Words): number {
  const text = textOf(words, 'limit') ?? '20';
  if (/^\d+$/.test(text) && Number(text) <= MOST) return Number(text);
  throw new UsageError(`--limit: expected a whole number up to ${MOST}, got ${JSON.stringify(text)}`);
}

/** The last calls, the oldest first. */
async function lastCalls(client: AdminClient, filters: Filters, limit: number): Promise<readonly LogEntry[]> {
  if (limit === 0) return [];
  const query = new URLSearchParams({ ...filters, limit: String(limit) }).toString();
  const { data } = (await (await client.get(`/admin/v1/logs?${query}`)).json()) as { readonly data: readonly LogEntry[] };
  return data.toReversed();
}

/** Calls that are remembered as shown. */
const MOST_SHOWN = 2_000;

/** Where calls are shown, each once. */
class Screen {
  readonly #isJson: boolean;
  readonly #isColoured: boolean;
  readonly #shown = new Set<string>();
  /** When the last call was that was shown. */
  last: string | undefined;

  constructor(words: Words) {
    this.#isJson = isOn(words, 'json');
    this.#isColoured = isColoured(words);
  }

  show(entry: LogEntry): void {
    if (this.#shown.has(entry.id)) return;
    this.#shown.add(entry.id);
    if (this.#shown.size > MOST_SHOWN) this.#shown.delete(this.#shown.values().next().value as string);
    this.last = entry.at;
    print(this.#isJson ? JSON.stringify(entry) : entryLine(entry, this.#isColoured));
  }
}

/** Milliseconds before a stream that broke off is asked for again. */
const PAUSE = 1_000;

/** Shows calls as they come. The gateway may be started anew in the meantime: what ended while nobody listened is caught up with. */
async function follow(
  screen: Screen,
  client: AdminClient,
  { filters, limit }: { readonly filters: Filters; readonly limit: number },
): Promise<never> {
  const { from: _, ...lasting } = filters;
  const query = new URLSearchParams(lasting).toString();
  for (let isConnected = await listen(limit, filters); ;) {
    if (isConnected) process.stderr.write('sluice: lost the gateway; waiting for it to come back\n');
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const missed = screen.last === undefined ? filters : { ...lasting, from: screen.last };
    isConnected = await listen(MOST, missed).catch(() => false);
  }

  async function listen(count: number, before: Filters): Promise<boolean> {
    const response = await client.get(`/admin/v1/logs/stream?${query}`, { accept: 'text/event-stream' });
    for (const entry of await lastCalls(client, before, count)) screen.show(entry);
    try {
      for await (const entry of entriesOf(response)) screen.show(entry);
    } catch {
      // The connection broke: the same as its end.
    }
    return true;
  }
}

/** The calls in a stream of server-sent events. */
async function* entriesOf(response: Response): AsyncIterable<LogEntry> {
  const decoder = sseDecoder();
  for await (const chunk of response.body ?? []) {
    for (const event of decoder.push(Buffer.from(chunk as Uint8Array)))
      if (typeof event === 'object' && 'id' in event) yield event as unknown as LogEntry;
  }
}

type Filters = Readonly<Record<string, string>>;

function filtersOf(words: Words, now: number): Filters {
  const filters: Record<string, string> = {};
  for (const [option, member] of Object.entries(FILTERS)) {
    const value = textOf(words, option);
    if (value !== undefined) filters[member] = value;
  }
  if (isOn(words, 'errors')) filters['status'] = 'error';
  const since = textOf(words, 'since');
  if (since !== undefined) filters['from'] = timeOf(since, now);
  for (const pair of textsOf(words, 'metadata')) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--metadata: expected NAME=VALUE, got ${JSON.stringify(pair)}`);
    filters[`metadata.${pair.slice(0, at)}`] = pair.slice(at + 1);
  }
  return filters;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeOf(text: string, now: number): string {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : now - Number(count) * (UNITS[unit] as number);
  if (Number.isNaN(time)) throw new UsageError(`--since: expected 15m, 2h, 3d or a time in ISO 8601, got ${JSON.stringify(text)}`);
  return new Date(time).toISOString();
}
