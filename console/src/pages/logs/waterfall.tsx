import { useOne } from '../../api/queries.ts';
import type { JsonObject, LoggedCall, SavedConfig } from '../../api/types.ts';
import { bytesText, durationText } from '../../format/number.ts';
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
  const marks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <div className="waterfall">
      <div className="waterfall-marks" aria-hidden="true">
        {marks.map((mark) => (
          <span key={mark} style={{ left: `${mark * 100}%` }}>
            {durationText(total * mark)}
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
  readonly firstMs: number | undefined;
}

function Bar({ row, name, total, firstMs }: BarProps) {
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
        <Badge tone={tone}>{row.error ?? row.status ?? '–'}</Badge>
      </div>
      <div className="waterfall-track">
        <span className={`waterfall-bar ${tone}`} style={{ left: `${left}%`, width: `${width}%` }} />
        {firstMs !== undefined && firstMs > 0 && firstMs <= total ? (
          <i style={{ left: `${(firstMs / total) * 100}%` }} title={`First token after ${durationText(firstMs)}`} />
        ) : null}
      </div>
      <span className="waterfall-end numbers">
        {durationText(row.to - row.from)}
        {row.bytes === undefined ? '' : ` · ${bytesText(row.bytes)}`}
      </span>
    </li>
  );
}
