import { Link } from '@tanstack/react-router';
import { actorName } from '../../shared/actor-name.ts';
import type { RunSummary } from '../../shared/contract.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Duration, RelativeTime } from '../../ui/time.tsx';
import styles from './run-facts.module.css';

/** Who started the run and when, and how it is found elsewhere. */
export function RunFacts({ run }: { readonly run: RunSummary }) {
  const { runId, startedAt, endedAt, traceId } = run;
  const who = actorName(run.actor);
  return (
    <section aria-label="About this run" className={styles.facts}>
      <p>
        Started <RelativeTime at={startedAt} />
        {who === undefined ? '' : ` by ${who}`}, {endedAt === undefined ? 'for' : 'took'}{' '}
        <Duration from={startedAt} to={endedAt} />.
      </p>
      <p className={styles.line}>
        <CopyButton text={runId}>Copy run id</CopyButton>
        {traceId === undefined ? null : (
          <>
            <CopyButton text={traceId}>Copy trace id</CopyButton>
            <Link to="/activity" search={{ traceId }}>
              Events of the trace
            </Link>
          </>
        )}
      </p>
    </section>
  );
}
