import { Dialog } from '../ui/dialog.tsx';
import { Facts } from '../ui/facts.tsx';
import { PLACES } from './places.ts';

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl K / ⌘ K', 'Find a page, or something to do'],
  ['/', 'Search on this page'],
  ['Ctrl S / ⌘ S', 'Save the config that is being edited'],
  ['j k / ↑ ↓', 'Move through the calls of the log'],
  ['Enter', 'Open a call; send, in the playground'],
  ['Esc', 'Close what is open'],
  ['?', 'This list'],
  ...PLACES.map(({ letter, label }) => [`g ${letter}`, `Go to ${label}`] as const),
];

/** The keys that do something. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <Facts
        entries={KEYS.map(([keys, does]) => [
          <kbd key={keys} className="kbd">
            {keys}
          </kbd>,
          does,
        ])}
      />
    </Dialog>
  );
}
