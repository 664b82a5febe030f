import { StateShape } from '../ui/state-shape.tsx';
import styles from './live-toggle.module.css';

interface LiveToggleProps {
  readonly isLive: boolean;
  readonly onChange: (isLive: boolean) => void;
}

/** Whether a list follows what comes, or stays as it is while somebody reads. */
export function LiveToggle({ isLive, onChange }: LiveToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={isLive}
      className={styles.toggle}
      title={
        isLive
          ? 'New entries appear by themselves; press to stand still.'
          : 'It stands still; press to follow.'
      }
      onClick={() => onChange(!isLive)}
    >
      <StateShape shape={isLive ? 'half' : 'bars'} size={14} />
      Live
    </button>
  );
}
