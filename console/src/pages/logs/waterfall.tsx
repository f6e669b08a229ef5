import { useOne } from '../../api/queries.ts';
import type { JsonObject, LoggedCall, SavedConfig } from '../../api/types.ts';
import { niceTicks } from '../../charts/scale.ts';
import { bytesText, durationText, tickOf, tookText } from '../../format/number.ts';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';
import { configSent, targetName } from './target-name.ts';
import { waterfallRows, type WaterfallRow } from './waterfall-rows.ts';

/** What was tried, when, for how long, and what came of it. */
export function Waterfall({ call }: { readonly call: LoggedCall }) {
  const { rows, total } = waterfallRows(call);
  const config = useConfigOf(call);
  if (rows.length === 0)
    return (
      <p className="quiet">
        {call.cache?.status?.includes('HIT') === true ? 'Answered from the cache: no provider was asked.' : 'No provider was asked.'}
      </p>
    );
  const marks = niceTicks(total, { isWhole: true }).filter((mark) => mark <= total);
  const step = ((marks[1] ?? total) / total) * 100;
  return (
    <div className="waterfall">
      <div className="waterfall-marks" aria-hidden="true">
        {marks.map((mark) => (
          <span key={mark} style={{ left: `${(mark / total) * 100}%` }}>
            {tickOf(durationText(mark))}
          </span>
        ))}
      </div>
      <ol>
        {rows.map((row, i) => (
          <Bar
            key={i}
            row={row}
            name={targetName(call, row.place, config)}
            total={total}
            step={step}
            firstMs={i === rows.length - 1 ? (call.first_ms ?? undefined) : undefined}
          />
        ))}
      </ol>
    </div>
  );
}

/** The config that the call went by: sent with it, or saved in the version that it had. */
function useConfigOf(call: LoggedCall): JsonObject | undefined {
  const saved = useOne<SavedConfig>('configs', call.config?.id).data;
  return configSent(call) ?? (saved?.version === call.config?.version ? saved?.config : undefined);
}

interface BarProps {
  readonly row: WaterfallRow;
  /** Of the saved provider; undefined where it was none. */
  readonly name: string | undefined;
  readonly total: number;
  /** From one mark to the next, in percent. */
  readonly step: number;
  readonly firstMs: number | undefined;
}

function Bar({ row, name, total, step, firstMs }: BarProps) {
  const tone = row.error !== undefined ? 'bad' : row.status === undefined ? 'plain' : toneOfStatus(row.status);
  const left = (row.from / total) * 100;
  const width = Math.max(0.6, ((row.to - row.from) / total) * 100);
  return (
    <li className="waterfall-row">
      <div className="waterfall-words">
        <strong>{name ?? row.provider}</strong>
        <span className="quiet cut" title={row.place}>
          {row.place.replace(/^config\.?/, '')}
        </span>
        <Badge tone={tone}>{outcomeOf(row)}</Badge>
      </div>
      <div className="waterfall-track" style={{ backgroundSize: `${step}% 100%` }}>
        <span className={`waterfall-bar ${tone}`} style={{ left: `${left}%`, width: `${width}%` }} />
        {firstMs !== undefined && firstMs > 0 && firstMs <= total ? (
          <i style={{ left: `${(firstMs / total) * 100}%` }} title={`First token after ${durationText(firstMs)}`} />
        ) : null}
      </div>
      <span className="waterfall-end numbers">
        {tookText(row.to - row.from)}
        {row.bytes === undefined ? '' : ` · ${bytesText(row.bytes)}`}
      </span>
    </li>
  );
}

/** The status that an attempt was answered with; where that says nothing of why it failed, the class of its error. */
function outcomeOf({ status, error }: WaterfallRow): string | number {
  return error === undefined || (status !== undefined && status >= 400) ? (status ?? '–') : error;
}
