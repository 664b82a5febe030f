import { Link } from '@tanstack/react-router';
import type { DeadLetterSummary } from '../../shared/contract.ts';
import { Cell, RowHead, Table, TableRow } from '../../ui/table.tsx';
import { Age } from '../../ui/time.tsx';
import styles from './dead-letter-table.module.css';
import { kindWords } from './dead-letter-words.ts';

const columns = [
  { name: 'Why' },
  { name: 'Kind', width: '8rem' },
  { name: 'Run', width: '16rem' },
  { name: 'Step', width: '14rem' },
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
          <Cell>
            <Link
              to="/migrations/$migrationId/candidates/$candidateId"
              params={{ migrationId: letter.migrationId, candidateId: letter.candidateId }}
              search={{ run: letter.runId }}
            >
              {letter.candidateId}
            </Link>
            <span className={styles.migration}>{letter.migrationId}</span>
          </Cell>
          <Cell>
            {letter.stepName}
            <span className={styles.attempt}>
              {letter.phase === 'compensate' ? 'undo, ' : ''}attempt {letter.attempt}
            </span>
          </Cell>
          <Cell label="Since" isNumber isSoft>
            <Age at={letter.at} />
          </Cell>
        </TableRow>
      ))}
    </Table>
  );
}
