import { useStatus } from '../api/queries.ts';
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
          <span>Find or do…</span>
          <kbd className="kbd">{/Mac/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        {(['See', 'Set up'] as const).map((group) => (
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
  return (
    <div className="side-foot">
      <span className={isError ? 'pulse off' : 'pulse'} aria-hidden="true" />
      <span className="grow cut">
        {isError ? 'No word from the gateway' : data === undefined ? 'Sluice' : `${data.version} · up ${uptimeText(data.uptime_s ?? 0)}`}
      </span>
      <IconButton icon={theme === 'dark' ? 'sun' : 'moon'} label={theme === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggleTheme} />
    </div>
  );
}
