import { useEffect } from 'react';
import { navigate } from '../router/location.ts';
import { PLACES } from './places.ts';

const PATIENCE = 1200;

/** Whether a key is meant for the page: it goes into no field, no dialog is open, and nothing is held down with it. */
export function isForPage({ target, metaKey, ctrlKey, altKey }: KeyboardEvent): boolean {
  const isTyping = target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  return !isTyping && !metaKey && !ctrlKey && !altKey && document.querySelector('dialog[open]') === null;
}

interface Reactions {
  readonly onFind: () => void;
  readonly onHelp: () => void;
}

/** Ctrl/⌘-K finds, `g` and a letter go to a place, `/` goes to the page's search, `?` tells of all of it. */
export function useShortcuts({ onFind, onHelp }: Reactions): void {
  useEffect(() => {
    let goneAt = 0;
    const onPageKey = (event: KeyboardEvent): void => {
      const place = PLACES.find(({ letter }) => letter === event.key);
      if (event.timeStamp - goneAt < PATIENCE && place !== undefined) navigate(place.to);
      goneAt = event.key === 'g' ? event.timeStamp : 0;
      if (event.key === '?') onHelp();
      if (event.key === '/') focusSearch(event);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        onFind();
      } else if (isForPage(event)) onPageKey(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onFind, onHelp]);
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
  if (search === null) return;
  event.preventDefault();
  search.focus();
}
