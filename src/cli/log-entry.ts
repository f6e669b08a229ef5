import { coloured, printable, timeOfDay } from '../telemetry/log-line.ts';

/** A call as the log's interface lists it; members that it may leave out are optional. */
export interface LogEntry {
  readonly id: string;
  readonly at: string;
  readonly method?: string;
  readonly path?: string;
  readonly status: number;
  readonly provider?: string | null;
  readonly model?: string | null;
  readonly requested_model?: string | null;
  readonly ms?: number;
  readonly first_ms?: number | null;
  readonly is_stream?: boolean;
  readonly ending?: string;
  readonly attempts_count?: number;
  readonly error_class?: string | null;
  readonly error_code?: string | null;
  readonly cache?: { readonly status: string } | null;
  readonly usage?: { readonly input?: number; readonly cache_read?: number; readonly output?: number; readonly reasoning?: number } | null;
  readonly cost?: number | null;
  readonly api_key?: { readonly name?: string | null } | null;
}

/** The same with all that the log knows of it. */
export interface LogDetail extends LogEntry {
  readonly trace_id?: string;
  readonly session_id?: string | null;
  readonly error_message?: string | null;
  readonly metadata?: object;
  readonly attempts?: readonly LoggedAttempt[];
  readonly request?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };
  readonly response?: { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };
}

interface LoggedAttempt {
  readonly target: string;
  readonly provider: string;
  readonly status?: number | null;
  readonly error?: string | null;
  readonly ms?: number | null;
  readonly bytes?: number;
}

const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const GREY = 90;

/** One line: when, status, model and provider, how long, how many tokens, what it cost, what was special, and the id. */
export function entryLine(entry: LogEntry, isColoured: boolean): string {
  const { id, at, status, model, requested_model: asked, provider } = entry;
  const parts = [
    coloured(timeOfDay(new Date(at)), GREY, isColoured),
    coloured(String(status), statusColour(entry), isColoured),
    printable(model ?? asked ?? entry.path ?? '').padEnd(24),
    printable(provider ?? '-').padEnd(14),
    durationOf(entry).padEnd(16),
    tokensOf(entry).padEnd(12),
    costOf(entry).padEnd(9),
    specialsOf(entry).join(' '),
    coloured(id, GREY, isColoured),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function statusColour({ status, ending }: LogEntry): number {
  if (status >= 500 || ending === 'broken') return RED;
  return status >= 400 ? YELLOW : GREEN;
}

function durationOf({ ms, first_ms: first, is_stream: isStream }: LogEntry): string {
  if (ms === undefined) return '';
  return isStream === true && typeof first === 'number' ? `${Math.round(first)}..${Math.round(ms)} ms` : `${Math.round(ms)} ms`;
}

function tokensOf({ usage }: LogEntry): string {
  if (usage === undefined || usage === null) return '';
  const input = (usage.input ?? 0) + (usage.cache_read ?? 0);
  const output = (usage.output ?? 0) + (usage.reasoning ?? 0);
  return input + output === 0 ? '' : `${short(input)}>${short(output)} tok`;
}

function short(count: number): string {
  if (count < 1_000) return String(count);
  return count < 1_000_000 ? `${(count / 1_000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}

function costOf({ cost }: LogEntry): string {
  return typeof cost === 'number' ? `$${cost.toPrecision(3)}` : '';
}

function specialsOf({ error_code: code, error_class: kind, ending, cache, attempts_count: attempts = 1, api_key: key }: LogEntry): readonly string[] {
  const words = [code ?? kind, ending, cache?.status, attempts > 1 ? `${attempts} attempts` : undefined, key?.name];
  return words.filter((word) => typeof word === 'string' && !USUAL.has(word)).map((word) => printable(word as string));
}

/** Endings and states of the cache that go without saying. */
const USUAL: ReadonlySet<string> = new Set(['', 'whole', 'failed', 'DISABLED']);

/** Characters of a body that are shown unless all is asked for. */
const EXCERPT = 4_000;

/** A call over several lines: its attempts, and what was asked and answered. */
export function detailLines(detail: LogDetail, { isColoured, isWhole }: { readonly isColoured: boolean; readonly isWhole: boolean }): string {
  const title = (text: string): string => coloured(text, GREY, isColoured);
  const rows: readonly (readonly [string, string | null | undefined])[] = [
    ['at', detail.at],
    ['asked', [detail.method, detail.path].filter(Boolean).join(' ')],
    ['trace', detail.trace_id],
    ['session', detail.session_id],
    ['error', detail.error_message],
    ['metadata', Object.keys(detail.metadata ?? {}).length === 0 ? undefined : JSON.stringify(detail.metadata)],
  ];
  const attempts = (detail.attempts ?? []).map(
    ({ target, provider, status, error, ms, bytes }) =>
      `  ${target}  ${provider}  ${error ?? status ?? '-'}  ${ms === undefined || ms === null ? '-' : `${Math.round(ms)} ms`}  ${bytes ?? 0} bytes`,
  );
  const bodies = [
    ['request', detail.request?.body],
    ['answer', detail.response?.body],
  ].flatMap(([name, body]) => (body === undefined || body === null ? [] : [title(`${String(name)}:`), bodyText(body, isWhole)]));
  return [
    entryLine(detail, isColoured),
    ...rows.filter(([, value]) => (value ?? '') !== '').map(([name, value]) => `${title(`${name}:`.padEnd(10))} ${printable(value ?? '')}`),
    ...(attempts.length === 0 ? [] : [title('attempts:'), ...attempts.map(printable)]),
    ...bodies,
  ].join('\n');
}

function bodyText(body: unknown, isWhole: boolean): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, 2);
  const shown = isWhole || text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT)}\n… ${text.length - EXCERPT} characters more (--full)`;
  return shown.split('\n').map(printable).join('\n');
}
