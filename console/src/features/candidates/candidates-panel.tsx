import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Suspense, useCallback, useMemo, useState } from 'react';
import type { CandidateSummary, Migration } from '../../shared/contract.ts';
import { isUnderWay, migrationQuery } from '../../shared/migration-queries.ts';
import { notify } from '../../shared/notices.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { QueryView } from '../../shared/query-view.tsx';
import { startRun } from '../../shared/run-actions.ts';
import { useShortcut } from '../../shared/shortcuts.ts';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { activeFilters, type CandidateFilters, parseCandidateFilters } from './candidate-filters.ts';
import { CandidateTable } from './candidate-table.tsx';
import { CandidateToolbar } from './candidate-toolbar.tsx';
import styles from './candidates-panel.module.css';
import { columnsFor, metadataKeysOf, useShownColumns } from './columns.ts';
import { FailureNote } from './failure-note.tsx';
import { NoCandidates } from './no-candidates.tsx';
import { useSelection } from './selection.ts';
import { SelectionBar } from './selection-bar.tsx';
import { useCandidatePages } from './use-candidate-pages.ts';
import { useCountsFollowRows } from './use-counts-follow-rows.ts';

const BulkStartDialog = lazy(() =>
  import('./bulk-start-dialog.tsx').then((module) => ({ default: module.BulkStartDialog })),
);
const StoredStart = lazy(() =>
  import('./stored-start.tsx').then((module) => ({ default: module.StoredStart })),
);

const route = '/migrations/$migrationId';
/** For the names of their metadata. */
const rowsLookedAt = 100;

/** The candidates of a migration: filtered, sorted, selected and started. */
export function CandidatesPanel() {
  const { migrationId } = useParams({ from: route });
  const { data: migration } = useQuery(migrationQuery(migrationId));
  return migration === undefined ? null : <Candidates key={migration.id} migration={migration} />;
}

function Candidates({ migration }: { readonly migration: Migration }) {
  const filters = parseCandidateFilters(useSearch({ from: route }));
  const navigate = useNavigate({ from: route });
  const setFilters = useCallback(
    (next: CandidateFilters, isTyped = false) =>
      void navigate({ search: next, replace: isTyped, resetScroll: false }),
    [navigate],
  );
  const { query, loadMore, seeRows } = useCandidatePages(migration.id, filters, isUnderWay(migration));
  const { selection, toggle, set } = useSelection();
  const rows = query.data?.rows;
  useCountsFollowRows(migration, rows);
  const columns = useMemo(
    () => columnsFor(migration.labelKeys, metadataKeysOf((rows ?? []).slice(0, rowsLookedAt))),
    [migration.labelKeys, rows],
  );
  const { shown, toggle: toggleColumn } = useShownColumns(migration.id);
  const [starting, setStarting] = useState<CandidateSummary>();
  const [isBulkOpen, setBulkOpen] = useState(false);
  const startAtOnce = useAction(startRun, (_, { candidateId }) => notify(`Started ${candidateId}.`));
  useShortcut('Escape', () => set([]));

  const { run } = startAtOnce;
  const startOne = useCallback(
    (row: CandidateSummary) => {
      if (migration.requiredInputs.length > 0) setStarting(row);
      else run({ migrationId: migration.id, candidateId: row.id });
    },
    [migration, run],
  );

  return (
    <div className={styles.panel}>
      {migration.total === 0 && activeFilters(filters).length === 0 ? null : (
        <CandidateToolbar
          migration={migration}
          filters={filters}
          onChange={setFilters}
          total={query.data?.total}
          columns={columns}
          shown={shown}
          onToggleColumn={toggleColumn}
        />
      )}
      {filters.failure === undefined ? null : (
        <FailureNote migrationId={migration.id} fingerprint={filters.failure} />
      )}
      {startAtOnce.error === null ? null : (
        <ProblemMessage
          error={startAtOnce.error}
          lead="The run was not started"
          actions={
            <Button size="small" onPress={startAtOnce.forget}>
              Dismiss
            </Button>
          }
        />
      )}
      <QueryView query={query} what="the candidates" lines={8}>
        {({ rows, total, hasMore }) =>
          rows.length === 0 ? (
            <NoCandidates migration={migration} filters={filters} onClear={() => setFilters({})} />
          ) : (
            <CandidateTable
              migrationId={migration.id}
              rows={rows}
              total={total}
              hasMore={hasMore}
              isOutdated={query.isPlaceholderData}
              filters={filters}
              onFilter={setFilters}
              columns={columns.filter((column) => shown.has(column.id))}
              labelKeys={migration.labelKeys}
              selection={selection}
              onSelect={toggle}
              onSelectAll={set}
              canPreview={migration.capabilities.dryRun === true}
              onStart={startOne}
              onSeeRows={seeRows}
              onNeedMore={loadMore}
            />
          )
        }
      </QueryView>
      {selection.size === 0 ? null : (
        <SelectionBar count={selection.size} onStart={() => setBulkOpen(true)} onClear={() => set([])} />
      )}
      <Suspense>
        {starting === undefined ? null : (
          <StoredStart row={starting} migration={migration} onClose={() => setStarting(undefined)} />
        )}
        {isBulkOpen ? (
          <BulkStartDialog
            migration={migration}
            rows={[...selection.values()]}
            onClose={(left) => {
              setBulkOpen(false);
              set(left);
            }}
          />
        ) : null}
      </Suspense>
    </div>
  );
}
