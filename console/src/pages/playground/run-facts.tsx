import type { ReactNode } from 'react';
import { countText, durationText, moneyText } from '../../format/number.ts';
import { Link } from '../../router/link.tsx';
import { Badge, toneOfStatus } from '../../ui/badge.tsx';
import type { Run } from './thread.ts';

interface RunFactsProps {
  readonly run: Run;
  /** Says who answered, where that is not plain from what was asked. */
  readonly isRouted?: boolean;
  readonly children?: ReactNode;
}

/** What an answer took: time, tokens, money; and the way to its record. */
export function RunFacts({ run, isRouted = false, children }: RunFactsProps) {
  return (
    <footer className="run-facts">
      <span className="run-figures">
        {run.status === undefined ? null : <Badge tone={toneOfStatus(run.status)}>{run.status}</Badge>}
        {run.cache?.includes('HIT') === true ? <Badge tone="accent">cache hit</Badge> : null}
        {isRouted && run.provider !== undefined ? <span>answered by {run.provider}</span> : null}
        {figuresOf(run).map(([label, value]) => (
          <span key={label} className="fact">
            <span className="numbers">{value}</span> <span className="quiet">{label}</span>
          </span>
        ))}
      </span>
      <span className="row">
        {run.callId !== undefined && run.isOver ? (
          <Link to={`/logs/${run.callId}`} className="fact-link">
            In the log
          </Link>
        ) : null}
        {children}
      </span>
    </footer>
  );
}

/** What is known of a run by now. */
function figuresOf({ isOver, firstMs, ms, cost, answer: { usage } }: Run): readonly (readonly [label: string, value: string])[] {
  return [
    ...(firstMs === undefined ? [] : [['first token', durationText(firstMs)] as const]),
    ...(ms === undefined ? [] : [['total', durationText(ms)] as const]),
    ...(usage === undefined
      ? []
      : [
          [
            'tokens',
            `${countText((usage.input ?? 0) + (usage.cache_read ?? 0) + (usage.cache_write ?? 0))} → ${countText(usage.output ?? 0)}`,
          ] as const,
        ]),
    ...(isOver ? [cost == null ? (['no price', ''] as const) : (['', moneyText(cost)] as const)] : []),
  ];
}
