import { useQuery } from '@tanstack/react-query';
import { candidateQuery } from '../../shared/candidate-query.ts';
import type { CandidateSummary, Migration } from '../../shared/contract.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { StartRunDialog } from '../../shared/start-run-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface StoredStartProps {
  readonly row: CandidateSummary;
  readonly migration: Migration;
  readonly onClose: () => void;
}

/** Starts one of the list; its stored inputs, which the list leaves out, are read first. */
export function StoredStart({ row, migration, onClose }: StoredStartProps) {
  const query = useQuery(candidateQuery(migration.id, row.id));
  if (query.data === undefined) {
    return (
      <Dialog title={`Start ${row.id}`} isOpen onClose={onClose}>
        <QueryView query={query} what="its inputs">
          {() => null}
        </QueryView>
      </Dialog>
    );
  }
  return (
    <StartRunDialog
      target={{ migrationId: migration.id, candidateId: row.id }}
      migrationName={migration.name}
      declared={migration.requiredInputs}
      stored={query.data.inputs}
      stepCount={row.stepCount}
      onClose={onClose}
    />
  );
}
