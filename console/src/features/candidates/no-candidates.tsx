import type { Migration } from '../../shared/contract.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { activeFilters, type CandidateFilters } from './candidate-filters.ts';

interface NoCandidatesProps {
  readonly migration: Migration;
  readonly filters: CandidateFilters;
  readonly onClear: () => void;
}

export function NoCandidates({ migration, filters, onClear }: NoCandidatesProps) {
  if (activeFilters(filters).length > 0) {
    return (
      <EmptyState
        title="No candidate fits these filters"
        actions={<Button onPress={onClear}>Clear the filters</Button>}
      >
        Without them there {migration.total === 1 ? 'is' : 'are'} {formatCount(migration.total, 'candidate')}.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No candidates yet">
      {migration.capabilities.discover === true
        ? 'Discover now, and the worker looks for them; they appear here as it finds them.'
        : 'The worker submits them; they appear here as soon as it does.'}
    </EmptyState>
  );
}
