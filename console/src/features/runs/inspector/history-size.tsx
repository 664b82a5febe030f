import type { RunInspection } from '../../../shared/contract.ts';
import { formatCount, formatNumber } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import styles from './history-size.module.css';

type History = NonNullable<RunInspection['history']>;

/** How long the history is, against the length at which the run goes on in a new one. */
export function HistorySize({ history }: { readonly history: History }) {
  const { events, bytes, continuesAt, continuedAsNew } = history;
  return (
    <Section title="Size">
      <div className={styles.meters}>
        <Meter
          name="Events"
          value={events}
          most={continuesAt.events}
          text={`${formatNumber(events)} of ${formatNumber(continuesAt.events)}`}
        />
        <Meter
          name="Bytes"
          value={bytes}
          most={continuesAt.bytes}
          text={`${formatSize(bytes)} of ${formatSize(continuesAt.bytes)}`}
        />
      </div>
      <p className={styles.note}>
        {continuedAsNew === 0
          ? 'Where either is full, the run goes on in a new history by itself; it has not had to yet.'
          : `The run went on in a new history ${formatCount(continuedAsNew, 'time')}; it does so by itself where either is full.`}
      </p>
    </Section>
  );
}

interface MeterProps {
  readonly name: string;
  readonly value: number;
  readonly most: number;
  readonly text: string;
}

function Meter({ name, value, most, text }: MeterProps) {
  const share = Math.min(1, value / most);
  return (
    <div className={styles.meter}>
      <span className={styles.name}>{name}</span>
      <div
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={most}
        aria-valuenow={Math.min(value, most)}
        aria-valuetext={text}
        className={styles.bar}
        data-full={share > 0.9 || undefined}
      >
        <div className={styles.fill} style={{ width: `${Math.max(share * 100, 0.5)}%` }} />
      </div>
      <span className={styles.figure}>{text}</span>
    </div>
  );
}

function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
