import { Dialog } from '../ui/dialog.tsx';
import { PLACES } from './places.ts';

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl K / ⌘ K', 'find a page, or something to do'],
  ['/', 'search on this page'],
  ['Ctrl Enter / ⌘ Enter', 'send, in the playground'],
  ['Esc', 'close what is open'],
  ['?', 'this list'],
  ...PLACES.map(({ letter, label }) => [`g ${letter}`, label] as const),
];

/** The keys that do something. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="facts">
        {KEYS.map(([keys, does]) => (
          <div key={keys} style={{ display: 'contents' }}>
            <dt>
              <kbd className="kbd">{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
