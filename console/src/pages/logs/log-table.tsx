import type { LogEntry } from '../../api/types.ts';
import { countText, durationText, moneyText, tokenTotal } from '../../format/number.ts';
import { clockText } from '../../format/time.ts';
import { Link } from '../../router/link.tsx';
import { navigate } from '../../router/location.ts';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';

/** Calls in rows; those that came while one looked light up. */
export function LogTable({ entries, fresh }: { readonly entries: readonly LogEntry[]; readonly fresh: ReadonlySet<string> }) {
  const slowest = Math.max(1, ...entries.map(({ ms }) => ms ?? 0));
  return (
    <div className="table-frame">
      <table className="table logs">
        <thead>
          <tr>
            <th>Time</th>
            <th>Status</th>
            <th>Model</th>
            <th className="wide-only">Said</th>
            <th className="wide-only">Key</th>
            <th className="right roomy-only">Tokens</th>
            <th className="right">Cost</th>
            <th className="right">Took</th>
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

/** What was asked, or why there was no answer. */
function Said({ entry: { error_class: kind, error_code: code, excerpt } }: { readonly entry: LogEntry }) {
  return kind == null ? excerpt : <span className="bad-text">{code ?? kind}</span>;
}

/** How a call went: its status, how often it was tried, whether the cache had it. */
function Marks({ entry: { status, attempts_count: attempts = 1, cache } }: { readonly entry: LogEntry }) {
  return (
    <span className="row marks">
      <Badge tone={toneOfStatus(status)}>{status}</Badge>
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
  return (
    <tr className={isFresh ? 'link fresh' : 'link'} onClick={() => navigate(to)}>
      <td className="numbers time">
        <Link to={to} onClick={(event) => event.stopPropagation()}>
          {clockText(entry.at)}
        </Link>
      </td>
      <td>
        <Marks entry={entry} />
      </td>
      <td className="model">
        <span className="name cut">{entry.model ?? entry.requested_model ?? entry.path}</span>
        <span className="quiet cut">{entry.provider ?? entry.error_code ?? ''}</span>
      </td>
      <td className="wide-only said-cell">
        <span className="cut">
          <Said entry={entry} />
        </span>
      </td>
      <td className="wide-only quiet">{entry.api_key?.name ?? entry.api_key?.id ?? '–'}</td>
      <td className="right roomy-only">{tokenTotal(entry.usage) === 0 ? '–' : countText(tokenTotal(entry.usage))}</td>
      <td className="right">{moneyText(entry.cost)}</td>
      <td className="right">
        <span className="taken">
          {durationText(entry.ms)}
          <span className="track" aria-hidden="true">
            <i style={{ width: `${((entry.ms ?? 0) / slowest) * 100}%` }} />
          </span>
        </span>
      </td>
    </tr>
  );
}
