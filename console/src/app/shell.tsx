import { Link, Outlet } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { Logo } from '../ui/logo.tsx';
import { lazy } from '../ui/patient-lazy.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { DeadLettersLink } from './dead-letters-link.tsx';
import { Notices } from './notices.tsx';
import { RouteFocus } from './route-focus.tsx';
import styles from './shell.module.css';
import { ThemeMenu } from './theme-menu.tsx';
import { useShellKeys } from './use-shell-keys.ts';

const CommandPalette = lazy(() =>
  import('./command-palette.tsx').then((module) => ({ default: module.CommandPalette })),
);

const KeyboardHelp = lazy(() =>
  import('./keyboard-help.tsx').then((module) => ({ default: module.KeyboardHelp })),
);

/** What is around every page: the top bar, the palette, the help, and what is told to people. */
export function Shell() {
  const [open, setOpen] = useState<'palette' | 'help'>();
  useShellKeys({ openPalette: () => setOpen('palette'), openHelp: () => setOpen('help') });
  const close = () => setOpen(undefined);
  return (
    <>
      <a href="#content" className={styles.skip}>
        Skip to content
      </a>
      <header className={styles.bar}>
        <Link to="/" className={styles.logo} aria-label="Loom, home">
          <Logo />
        </Link>
        <nav aria-label="Main" className={styles.nav}>
          <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
            Home
          </Link>
          <Link to="/workers">Workers</Link>
          <Link to="/activity" activeOptions={{ includeSearch: false }}>
            Activity
          </Link>
          <Link to="/deliveries" activeOptions={{ includeSearch: false }}>
            Deliveries
          </Link>
          <DeadLettersLink />
        </nav>
        <div className={styles.tools}>
          <button
            type="button"
            className={styles.search}
            onClick={() => setOpen('palette')}
            aria-keyshortcuts="Control+K Meta+K"
          >
            Search or jump to… <kbd aria-hidden="true">Ctrl K</kbd>
          </button>
          <ThemeMenu />
          <button type="button" className={styles.help} onClick={() => setOpen('help')} aria-keyshortcuts="?">
            Keys
          </button>
        </div>
      </header>
      <ConnectionBanner />
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <Notices />
      <RouteFocus />
      {open === 'palette' ? (
        <Suspense>
          <CommandPalette onClose={close} onHelp={() => setOpen('help')} />
        </Suspense>
      ) : null}
      {open === 'help' ? (
        <Suspense>
          <KeyboardHelp onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}
