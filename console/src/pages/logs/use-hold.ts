import { useState } from 'react';
import type { LogEntry } from '../../api/types.ts';

interface Held {
  /** The filters that the calls fit. */
  readonly key: string;
  readonly ids: ReadonlySet<string>;
  readonly oldest: string;
}

/** The calls newest first, with nothing put between them while they are held still; older ones may follow at the end. */
export function useHold(entries: readonly LogEntry[], key: string) {
  const [held, setHeld] = useState<Held>();
  const isHeld = held?.key === key && held.ids.size > 0;
  const shown = isHeld ? entries.filter(({ id, at }) => held.ids.has(id) || at < held.oldest) : entries;
  return {
    shown,
    waiting: entries.length - shown.length,
    hold: () => {
      if (!isHeld) setHeld({ key, ids: new Set(entries.map(({ id }) => id)), oldest: entries.at(-1)?.at ?? '' });
    },
    release: () => setHeld(undefined),
  };
}
