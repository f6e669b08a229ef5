import type { ReactNode } from 'react';

/** Names and their values, one pair a line; those without a value are left out. */
export function Facts({
  entries,
  className = '',
}: {
  readonly entries: readonly (readonly [name: ReactNode, value: ReactNode])[];
  readonly className?: string;
}) {
  return (
    <dl className={`facts ${className}`}>
      {entries
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value], i) => (
          <div key={i} className="fact-line">
            <dt>{name}</dt>
            <dd className="numbers">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
