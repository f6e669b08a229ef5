import { useEffect, useRef } from 'react';
import type { LogEntry } from '../../api/types.ts';
import { countText, tookText, moneyText, tokenTotal } from '../../format/number.ts';
import { clockText } from '../../format/time.ts';
import { Link } from '../../router/link.tsx';
import { navigate } from '../../router/location.ts';
import { isForPage } from '../../shell/shortcuts.ts';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';
import { isOwnClick } from '../../ui/data-table.tsx';

/** Calls in rows; those that came while one looked light up. `j` and `k`, or the arrows, go from call to call. */
export function LogTable({ entries, fresh }: { readonly entries: readonly LogEntry[]; readonly fresh: ReadonlySet<string> }) {
  const ref = useRowKeys();
  const slowest = Math.max(1, ...entries.map(({ ms }) => ms ?? 0));
  return (
    <div className="table-frame">
      <table className="table logs" ref={ref} aria-label="Calls">
        <thead>
          <tr>
            <th>Time</th>
            <th>Status</th>
            <th>Model</th>
            <th>Request</th>
            <th>API key</th>
            <th className="right">Tokens</th>
            <th className="right">Cost</th>
            <th className="right">Duration</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} slowest={slowest} isFresh={fresh.has(entry.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Moves the focus from row to row; the arrows only where it is in a row already, since they scroll the page. */
function useRowKeys() {
  const ref = useRef<HTMLTableElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const step = STEPS[event.key];
      if (step === undefined || !isForPage(event)) return;
      const links = [...(ref.current?.querySelectorAll<HTMLElement>('tbody a') ?? [])];
      const at = links.findIndex((link) => link === document.activeElement);
      if (at < 0 && event.key.startsWith('Arrow')) return;
      event.preventDefault();
      links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return ref;
}

/** What was asked, after why there was no answer. */
function Asked({ entry: { error_class: kind, error_code: code, excerpt } }: { readonly entry: LogEntry }) {
  return (
    <>
      {kind == null ? null : <span className="bad-text">{code ?? kind}</span>}
      {kind == null || excerpt == null || excerpt === '' ? null : ' · '}
      {excerpt}
    </>
  );
}

/** How a call went: its status, how often it was tried, whether the cache had it. */
function Marks({ entry: { status, error_class: kind, attempts_count: attempts = 1, cache } }: { readonly entry: LogEntry }) {
  const tone = kind != null && status < 400 ? 'bad' : toneOfStatus(status);
  return (
    <span className="row marks">
      <Badge tone={tone}>{status}</Badge>
      {attempts > 1 ? (
        <span title={`${attempts} attempts`}>
          <Badge tone="odd">×{attempts}</Badge>
        </span>
      ) : null}
      {cache?.status?.includes('HIT') === true ? <Badge tone="accent">{cache.status === 'HIT' ? 'hit' : '≈ hit'}</Badge> : null}
    </span>
  );
}

function Row({ entry, slowest, isFresh }: { readonly entry: LogEntry; readonly slowest: number; readonly isFresh: boolean }) {
  const to = `/logs/${encodeURIComponent(entry.id)}`;
  const tokens = tokenTotal(entry.usage);
  return (
    <tr className={isFresh ? 'link fresh' : 'link'} onClick={(event) => isOwnClick(event) && navigate(to)}>
      <td className="numbers time">
        <Link to={to}>{clockText(entry.at)}</Link>
      </td>
      <td className="status">
        <Marks entry={entry} />
      </td>
      <td className="model">
        <span className="name cut">{entry.model ?? entry.requested_model ?? entry.path}</span>
        <span className="quiet cut">{entry.provider ?? 'no provider'}</span>
      </td>
      <td className="asked">
        <span className="cut">
          <Asked entry={entry} />
        </span>
      </td>
      <td className="quiet key">{entry.api_key?.name ?? entry.api_key?.id ?? '–'}</td>
      <td className="right tokens">{tokens === 0 ? '–' : countText(tokens)}</td>
      <td className="right cost">{moneyText(entry.cost)}</td>
      <td className="right duration">
        <span className="taken">
          {tookText(entry.ms)}
          <span className="track" aria-hidden="true">
            <i style={{ width: `${((entry.ms ?? 0) / slowest) * 100}%` }} />
          </span>
        </span>
      </td>
    </tr>
  );
}
