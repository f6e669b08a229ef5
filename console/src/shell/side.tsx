import { useEffect } from 'react';
import { useStatus } from '../api/queries.ts';
import type { Status } from '../api/types.ts';
import { countOf } from '../format/number.ts';
import { uptimeText } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { usePath } from '../router/location.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon, Mark } from '../ui/icon.tsx';
import { toggleTheme, useTheme } from '../ui/theme.ts';
import { PLACES, type Place } from './places.ts';

interface SideProps {
  readonly isOpen: boolean;
  readonly onLeave: () => void;
  readonly onFind: () => void;
}

/** The bar with all places. */
export function Side({ isOpen, onLeave, onFind }: SideProps) {
  useEscape(isOpen, onLeave);
  return (
    <>
      {isOpen ? <button type="button" className="scrim" aria-label="Close the menu" onClick={onLeave} /> : null}
      <aside className={isOpen ? 'side open' : 'side'} aria-label="Console">
        <Link to="/" className="brand" onClick={onLeave}>
          <Mark />
          Sluice
        </Link>
        <button type="button" className="find" onClick={onFind}>
          <Icon name="search" size={14} />
          <span>Search…</span>
          <kbd className="kbd">{/Mac/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        {(['Observe', 'Set up'] as const).map((group) => (
          <nav key={group} className="nav" aria-label={group}>
            <h2>{group}</h2>
            {PLACES.filter((place) => place.group === group).map((place) => (
              <PlaceLink key={place.to} place={place} onClick={onLeave} />
            ))}
          </nav>
        ))}
        <SideFoot />
      </aside>
    </>
  );
}

/** Escape closes the menu of a small screen. */
function useEscape(isOn: boolean, onLeave: () => void): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') onLeave();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isOn, onLeave]);
}

function PlaceLink({ place, onClick }: { readonly place: Place; readonly onClick: () => void }) {
  const path = usePath();
  const isHere = place.to === '/' ? path === '/' : path === place.to || path.startsWith(`${place.to}/`);
  return (
    <Link to={place.to} aria-current={isHere ? 'page' : undefined} onClick={onClick} title={`g then ${place.letter}`}>
      <Icon name={place.icon} />
      {place.label}
    </Link>
  );
}

function SideFoot() {
  const theme = useTheme();
  const { data, isError } = useStatus();
  const { tone, text, more }: Health = isError ? { tone: 'off', text: 'Not reachable' } : healthOf(data);
  return (
    <div className="side-foot">
      <span className={`pulse ${tone}`} aria-hidden="true" />
      <span className="grow cut" title={more ?? text}>
        {text}
      </span>
      <IconButton icon={theme === 'dark' ? 'sun' : 'moon'} label={theme === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggleTheme} />
    </div>
  );
}

interface Health {
  readonly tone: string;
  readonly text: string;
  /** The same at length. */
  readonly more?: string;
}

/** How the gateway is, in a few words: what is wrong goes first. */
function healthOf(status: Status | undefined): Health {
  if (status === undefined) return { tone: '', text: 'Sluice' };
  const away = (status.stores ?? []).filter(({ ok }) => !ok).map(({ name }) => name);
  if (away.length > 0) return { tone: 'off', text: `${away.join(', ')} away` };
  const open = status.breakers?.open ?? 0;
  if (open > 0)
    return {
      tone: 'odd',
      text: `${countOf(open, 'breaker')} open`,
      more: `${countOf(open, 'target')} of configs failed again and again; calls go past them until they have rested`,
    };
  return { tone: '', text: `${status.version} · up ${uptimeText(status.uptime_s ?? 0)}` };
}
