import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { connection } from '../shared/connection.ts';
import { waitingParts } from '../ui/patient-lazy.ts';
import { RelativeTime } from '../ui/time.tsx';
import styles from './connection-banner.module.css';

const backMs = 4_000;

/** Says that the server is away, and that it is back. */
export function ConnectionBanner() {
  const now = useSyncExternalStore(connection.subscribe, connection.current);
  // A part of the page that cannot be loaded has heard of it before any read has.
  const isWaiting = useSyncExternalStore(waitingParts.subscribe, waitingParts.isAny);
  const isSilent = now.state === 'silent' || isWaiting;
  const wasSilent = useRef(false);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    if (isSilent) {
      wasSilent.current = true;
      setBack(false);
      return;
    }
    if (!wasSilent.current) return;
    wasSilent.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), backMs);
    return () => clearTimeout(timer);
  }, [isSilent]);
  return (
    <div role="status">
      {isSilent ? (
        <p className={styles.banner} data-tone="bad">
          <strong>The server does not answer.</strong>{' '}
          {now.state !== 'silent' || now.since === undefined ? null : (
            <>
              It was last heard <RelativeTime at={new Date(now.since).toISOString()} />; what you see is from
              then.{' '}
            </>
          )}
          Trying again by itself.
        </p>
      ) : isBack ? (
        <p className={styles.banner} data-tone="done">
          The server answers again.
        </p>
      ) : null}
    </div>
  );
}
