import { lazy, Suspense, useCallback, useEffect, useState, type ComponentType } from 'react';
import { useKeyWanted } from './api/admin-key.ts';
import { usePath } from './router/location.ts';
import { Link } from './router/link.tsx';
import { matchPath } from './router/match.ts';
import { AdminKeyDialog } from './shell/admin-key-dialog.tsx';
import { ErrorFence } from './shell/error-fence.tsx';
import { Help } from './shell/help.tsx';
import { Palette } from './shell/palette.tsx';
import { useShortcuts } from './shell/shortcuts.ts';
import { Side } from './shell/side.tsx';
import { Unreachable } from './shell/unreachable.tsx';
import { IconButton } from './ui/button.tsx';
import { Mark } from './ui/icon.tsx';
import { Page } from './ui/panel.tsx';
import { Empty, Skeleton } from './ui/states.tsx';
import { Toasts } from './ui/toast.tsx';

export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
}

/** Every page is a file of its own, fetched when it is first wanted. */
const ROUTES: readonly (readonly [pattern: string, page: ComponentType<PageProps>])[] = [
  ['/', lazy(async () => ({ default: (await import('./pages/overview/overview-page.tsx')).OverviewPage }))],
  ['/logs', lazy(async () => ({ default: (await import('./pages/logs/logs-page.tsx')).LogsPage }))],
  ['/logs/:id', lazy(async () => ({ default: (await import('./pages/logs/call-page.tsx')).CallPage }))],
  ['/playground', lazy(async () => ({ default: (await import('./pages/playground/playground-page.tsx')).PlaygroundPage }))],
  ['/configs', lazy(async () => ({ default: (await import('./pages/configs/configs-page.tsx')).ConfigsPage }))],
  ['/configs/:id', lazy(async () => ({ default: (await import('./pages/configs/config-page.tsx')).ConfigPage }))],
  ['/providers', lazy(async () => ({ default: (await import('./pages/providers/providers-page.tsx')).ProvidersPage }))],
  ['/keys', lazy(async () => ({ default: (await import('./pages/keys/keys-page.tsx')).KeysPage }))],
  ['/limits', lazy(async () => ({ default: (await import('./pages/limits/limits-page.tsx')).LimitsPage }))],
  ['/connect', lazy(async () => ({ default: (await import('./pages/connect/connect-page.tsx')).ConnectPage }))],
];

/** The console: its frame, and the page that the address names. */
export function App() {
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [open, setOpen] = useState<'palette' | 'help'>();
  const isKeyWanted = useKeyWanted();
  const find = useCallback(() => setOpen('palette'), []);
  const help = useCallback(() => setOpen('help'), []);
  const close = useCallback(() => setOpen(undefined), []);
  const leave = useCallback(() => setMenuOpen(false), []);
  useShortcuts({ onFind: find, onHelp: help });
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <div className="top">
        <IconButton icon="menu" label="Menu" aria-expanded={isMenuOpen} onClick={() => setMenuOpen(true)} />
        <Link to="/" className="brand">
          <Mark size={20} />
          Sluice
        </Link>
        <IconButton icon="search" label="Find or do" onClick={find} />
      </div>
      <Side isOpen={isMenuOpen} onLeave={leave} onFind={find} />
      <main id="main" tabIndex={-1}>
        <Unreachable />
        <CurrentPage />
      </main>
      {open === 'palette' ? <Palette onClose={close} /> : null}
      {open === 'help' ? <Help onClose={close} /> : null}
      {isKeyWanted ? <AdminKeyDialog /> : null}
      <Toasts />
    </div>
  );
}

function CurrentPage() {
  const path = usePath();
  useFocusOnArrival(path);
  for (const [pattern, PageOf] of ROUTES) {
    const params = matchPath(pattern, path);
    if (params === undefined) continue;
    return (
      <ErrorFence key={pattern}>
        <Suspense fallback={<Waiting />}>
          <PageOf params={params} />
        </Suspense>
      </ErrorFence>
    );
  }
  return (
    <Page title="Nothing here">
      <Empty icon="search" title="There is no such page" action={<Link to="/">To the overview</Link>} />
    </Page>
  );
}

/** Readers that follow the focus hear of the new page; the first one is left as the browser has it. */
function useFocusOnArrival(path: string): void {
  const [first] = useState(path);
  useEffect(() => {
    if (path !== first) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [path, first]);
}

function Waiting() {
  return (
    <div className="page">
      <Skeleton lines={6} />
    </div>
  );
}
