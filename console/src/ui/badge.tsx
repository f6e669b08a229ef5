import type { ReactNode } from 'react';

export type Tone = 'good' | 'odd' | 'bad' | 'info' | 'plain' | 'accent';

/** A word in a coloured frame. */
export function Badge({ tone = 'plain', dot = false, children }: { readonly tone?: Tone; readonly dot?: boolean; readonly children: ReactNode }) {
  return (
    <span className={`badge ${tone}`}>
      {dot ? <i aria-hidden="true" /> : null}
      {children}
    </span>
  );
}

/** How good a status of HTTP is. */
export function toneOfStatus(status: number): Tone {
  if (status >= 500 || status === 0) return 'bad';
  if (status >= 400) return 'odd';
  return status >= 200 && status < 300 ? 'good' : 'plain';
}

const TONES: Readonly<Record<string, Tone>> = { active: 'good', blocked: 'bad', expired: 'odd', exhausted: 'odd', disabled: 'plain' };

/** What state a saved thing is in. */
export function StateBadge({ status = 'active' }: { readonly status?: string | undefined }) {
  return (
    <Badge tone={TONES[status] ?? 'plain'} dot>
      {status}
    </Badge>
  );
}

/** Says that `sluice.yaml` owns it. */
export function FileBadge({ source }: { readonly source?: string | undefined }) {
  return source === 'file' ? (
    <span title="sluice.yaml owns it: change it there">
      <Badge tone="info">file</Badge>
    </span>
  ) : null;
}
