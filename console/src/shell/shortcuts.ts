import { useEffect } from 'react';
import { navigate } from '../router/location.ts';
import { PLACES } from './places.ts';

const PATIENCE = 1200;

/** Whether a key goes into a field. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

interface Reactions {
  readonly onFind: () => void;
  readonly onHelp: () => void;
}

/** Ctrl/⌘-K finds, `g` and a letter go to a place, `/` goes to the page's search, `?` tells of all of it. */
export function useShortcuts({ onFind, onHelp }: Reactions): void {
  useEffect(() => {
    let goneAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        return onFind();
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      const place = PLACES.find(({ letter }) => letter === event.key);
      if (event.timeStamp - goneAt < PATIENCE && place !== undefined) navigate(place.to);
      goneAt = event.key === 'g' ? event.timeStamp : 0;
      if (event.key === '?') onHelp();
      const search = event.key === '/' ? document.querySelector<HTMLInputElement>('main input[type="search"]') : null;
      if (search === null) return;
      event.preventDefault();
      search.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [onFind, onHelp]);
}
