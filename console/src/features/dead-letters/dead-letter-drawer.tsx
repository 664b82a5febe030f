import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { DeadLetter } from '../../shared/contract.ts';
import { isDeadLetterId } from '../../shared/ids.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemError } from '../../shared/problem.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { QueryView } from '../../shared/query-view.tsx';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './dead-letter-drawer.module.css';
import { deadLetterQuery, requeueDeadLetter } from './dead-letter-queries.ts';
import { attemptOf, kindWords, subjectOf, titleOf } from './dead-letter-words.ts';

const DropDialog = lazy(() => import('./drop-dialog.tsx').then((module) => ({ default: module.DropDialog })));

interface DeadLetterDrawerProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** One dead letter, whole, and what can be done with it. */
export function DeadLetterDrawer({ id, onClose }: DeadLetterDrawerProps) {
  const query = useQuery({ ...deadLetterQuery(id), enabled: isDeadLetterId(id) });
  const letter = query.data;
  const [isDropping, setDropping] = useState(false);
  const requeue = useAction(requeueDeadLetter, () => {
    if (letter !== undefined) notify(`Requeued ${subjectOf(letter)}.`);
    onClose();
  });
  if (!isDeadLetterId(id) || isGone(query.error)) return <GoneDrawer onClose={onClose} />;
  return (
    <Drawer
      title={letter === undefined ? 'Dead letter' : titleOf(letter)}
      below={letter === undefined ? undefined : <Below letter={letter} />}
      onClose={onClose}
      actions={
        letter === undefined ? undefined : (
          <>
            <p className={styles.meaning}>{kindWords(letter.kind).requeue}</p>
            <Button look="danger" onPress={() => setDropping(true)}>
              Drop…
            </Button>
            <Button look="primary" onPress={() => requeue.run(id)} working={requeue.working('Requeuing…')}>
              Requeue
            </Button>
          </>
        )
      }
    >
      {requeue.error === null ? null : (
        <ProblemMessage error={requeue.error} lead="It was not requeued and stays here" />
      )}
      <QueryView query={query} what="the dead letter" lines={6}>
        {(shown) => <Content letter={shown} />}
      </QueryView>
      <Suspense>
        {isDropping && letter !== undefined ? (
          <DropDialog letter={letter} onClose={() => setDropping(false)} onDone={onClose} />
        ) : null}
      </Suspense>
    </Drawer>
  );
}

function isGone(error: Error | null): boolean {
  return error instanceof ProblemError && error.problem.status === 404;
}

function GoneDrawer({ onClose }: { readonly onClose: () => void }) {
  return (
    <Drawer title="Dead letter" onClose={onClose}>
      <EmptyState title="It is no dead letter any more" actions={<Button onPress={onClose}>Close</Button>}>
        It was requeued or dropped, or is older than what is kept.
      </EmptyState>
    </Drawer>
  );
}

function Below({ letter }: { readonly letter: DeadLetter }) {
  return (
    <>
      <span>{kindWords(letter.kind).name}</span>
      <RelativeTime at={letter.at} />
    </>
  );
}

function Content({ letter }: { readonly letter: DeadLetter }) {
  const { body } = letter;
  const text = body === undefined ? undefined : JSON.stringify(legible(body), null, 2);
  return (
    <>
      <p className={styles.why}>{letter.why}</p>
      <Facts facts={factsOf(letter)} />
      {text === undefined ? (
        <p className={styles.none}>It has no body: nothing was sent.</p>
      ) : (
        <section className={styles.body}>
          <header className={styles.bodyHead}>
            <h3>Body</h3>
            <CopyButton text={text}>Copy</CopyButton>
          </header>
          <pre tabIndex={0} aria-label="Body">
            {text}
          </pre>
        </section>
      )}
    </>
  );
}

/** A payload is kept as the text that came; where that is JSON it is read more easily as such. */
function legible(body: NonNullable<DeadLetter['body']>): object {
  const { payload } = body;
  if (typeof payload !== 'string') return body;
  try {
    return { ...body, payload: JSON.parse(payload) as unknown };
  } catch {
    return body;
  }
}

function factsOf(letter: DeadLetter) {
  const of = attemptOf(letter);
  if (of === undefined) {
    return [
      { name: 'Worker', value: letter.workerApp },
      { name: 'Instance', value: letter.instanceId },
      { name: 'Source', value: letter.source },
      { name: 'Delivery', value: letter.webhookId },
    ];
  }
  const { migrationId, candidateId, runId, stepName, attempt } = of;
  return [
    {
      name: 'Run',
      value: <CandidateLink migrationId={migrationId} candidateId={candidateId} runId={runId} />,
    },
    {
      name: 'Migration',
      value: (
        <Link to="/migrations/$migrationId" params={{ migrationId }}>
          {migrationId}
        </Link>
      ),
    },
    { name: 'Step', value: stepName },
    { name: 'Attempt', value: attempt },
  ];
}
