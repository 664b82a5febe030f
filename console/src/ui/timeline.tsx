import { type ReactNode, useId, useState } from 'react';
import { formatExact } from './format.ts';
import { Icon } from './icon.tsx';
import { StateBadge } from './state-badge.tsx';
import styles from './timeline.module.css';
import type { Shape, Tone } from './tone.ts';

interface TimelineProps {
  /** Says in which order it is told. */
  readonly label: string;
  readonly children: ReactNode;
}

/** What happened, on one thread from top to bottom. */
export function Timeline({ label, children }: TimelineProps) {
  return (
    <ol className={styles.list} aria-label={label}>
      {children}
    </ol>
  );
}

interface TimelineEntryProps {
  readonly at: string;
  /** The time as it is shown; the exact one is told on hover. */
  readonly moment: string;
  /** Drawn on the thread; its word is among the facts. */
  readonly mark: ReactNode;
  readonly text: string;
  readonly facts: ReactNode;
  /** What became of it; left out for what is only noted. */
  readonly outcome?: { readonly word: string; readonly tone: Tone; readonly shape: Shape } | undefined;
  /** Made when it is unfolded. */
  readonly raw: () => ReactNode;
}

export function TimelineEntry({ at, moment, mark, text, facts, outcome, raw }: TimelineEntryProps) {
  const [isOpen, setOpen] = useState(false);
  const rawId = useId();
  return (
    <li className={styles.item} data-tone={outcome?.tone}>
      <time className={styles.when} dateTime={at} title={formatExact(at)}>
        {moment}
      </time>
      <span className={styles.mark}>{mark}</span>
      <div className={styles.what}>
        <p className={styles.text}>{text}</p>
        <p className={styles.meta}>
          {facts}
          <button
            type="button"
            className={styles.raw}
            aria-expanded={isOpen}
            aria-controls={rawId}
            data-row-link=""
            onClick={() => setOpen(!isOpen)}
          >
            Raw data <Icon name={isOpen ? 'down' : 'right'} size={12} />
          </button>
        </p>
        <div id={rawId} className={styles.data} hidden={!isOpen}>
          {isOpen ? raw() : null}
        </div>
      </div>
      <div className={styles.outcome}>{outcome === undefined ? null : <StateBadge {...outcome} />}</div>
    </li>
  );
}

/** Another day begins. */
export function TimelineDay({ children }: { readonly children: string }) {
  return <li className={styles.day}>{children}</li>;
}

/** How long nothing happened. */
export function TimelineGap({ children }: { readonly children: string }) {
  return <li className={styles.gap}>{children}</li>;
}
