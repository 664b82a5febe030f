import { Link } from '@tanstack/react-router';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { DeadLetterSummary } from '../../shared/contract.ts';
import { Cell, RowHead, Table, TableRow } from '../../ui/table.tsx';
import { Age } from '../../ui/time.tsx';
import styles from './dead-letter-table.module.css';
import { attemptOf, kindWords } from './dead-letter-words.ts';

const columns = [
  { name: 'Why' },
  { name: 'Kind', width: '8rem' },
  { name: 'Run or worker', width: '16rem' },
  { name: 'Step or webhook', width: '14rem' },
  { name: 'Since', isNumber: true, width: '5rem' },
] as const;

export function DeadLetterTable({ items }: { readonly items: readonly DeadLetterSummary[] }) {
  return (
    <Table caption="Dead letters, the newest first" columns={columns}>
      {items.map((letter) => (
        <TableRow key={letter.id}>
          <RowHead>
            <Link
              to="/dead-letters"
              search={(before) => ({ ...before, letter: letter.id })}
              resetScroll={false}
              className={styles.why}
              data-row-link=""
            >
              {letter.why}
            </Link>
          </RowHead>
          <Cell>{kindWords(letter.kind).name}</Cell>
          <About letter={letter} />
          <Cell label="Since" isNumber isSoft>
            <Age at={letter.at} />
          </Cell>
        </TableRow>
      ))}
    </Table>
  );
}

function About({ letter }: { readonly letter: DeadLetterSummary }) {
  const of = attemptOf(letter);
  if (of === undefined) {
    return (
      <>
        <Cell>
          {letter.workerApp}
          <span className={styles.migration}>{letter.source}</span>
        </Cell>
        <Cell>{letter.webhookId}</Cell>
      </>
    );
  }
  const { migrationId, candidateId, runId, stepName, attempt, isUndo } = of;
  return (
    <>
      <Cell>
        <CandidateLink migrationId={migrationId} candidateId={candidateId} runId={runId} />
        <span className={styles.migration}>{migrationId}</span>
      </Cell>
      <Cell>
        {stepName}
        <span className={styles.attempt}>
          {isUndo ? 'undo, ' : ''}attempt {attempt}
        </span>
      </Cell>
    </>
  );
}
