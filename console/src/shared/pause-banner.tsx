import type { ReactNode } from 'react';
import { StateShape } from '../ui/state-shape.tsx';
import { Age } from '../ui/time.tsx';
import { actorName } from './actor-name.ts';
import type { Pause } from './contract.ts';
import styles from './pause-banner.module.css';

interface PauseBannerProps {
  /** What is paused, or that a pause is asked for. */
  readonly headline: string;
  readonly reason?: string | undefined;
  /** What goes on and what is held. */
  readonly meaning: string;
  /** Since when and by whom, where that is known. */
  readonly pause?: Pick<Pause, 'since'> & Partial<Pick<Pause, 'actor'>>;
  /** How it ends. */
  readonly action?: ReactNode;
}

/** Calm, since nothing is wrong; told once to those who listen. */
export function PauseBanner({ headline, reason, meaning, pause, action }: PauseBannerProps) {
  const who = pause?.actor === undefined ? undefined : actorName(pause.actor);
  return (
    <section className={styles.banner} aria-label="Pause">
      <StateShape shape="bars" />
      <div role="status">
        <p>
          <strong className={styles.headline}>
            {headline}
            {reason === undefined || reason === '' ? '.' : ':'}
          </strong>{' '}
          {reason === undefined ? null : `${reason} `}
          {pause === undefined ? null : (
            <>
              Paused for <Age at={pause.since} />
              {who === undefined ? '' : `, by ${who}`}.
            </>
          )}
        </p>
        <p className={styles.meaning}>{meaning}</p>
      </div>
      {action === undefined ? null : <div className={styles.action}>{action}</div>}
    </section>
  );
}
