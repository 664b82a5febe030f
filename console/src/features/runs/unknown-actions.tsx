import { ProblemMessage } from '../../shared/problem-message.tsx';
import { Button } from '../../ui/button.tsx';
import styles from './action-bar.module.css';

interface UnknownActionsProps {
  readonly error: Error;
  readonly onRetry: () => void;
  readonly isTrying: boolean;
}

/** In the place of the actions, while what they need could not be read. */
export function UnknownActions({ error, onRetry, isTrying }: UnknownActionsProps) {
  return (
    <section aria-label="Actions" className={styles.bar}>
      <div className={styles.problem}>
        <ProblemMessage
          error={error}
          lead="What can be done is not known"
          actions={
            <Button size="small" onPress={onRetry} working={isTrying && 'Trying…'}>
              Try again
            </Button>
          }
        />
      </div>
    </section>
  );
}
