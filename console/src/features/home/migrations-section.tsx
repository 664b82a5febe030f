import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { MigrationSummary } from '../../shared/contract.ts';
import { Button } from '../../ui/button.tsx';
import { ToggleChip } from '../../ui/chip.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatNumber } from '../../ui/format.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Section } from '../../ui/section.tsx';
import type { HomeSearch } from './home-search.ts';
import { filterWords, type MigrationFilter, narrowMigrations, offeredFilters } from './migration-filters.ts';
import styles from './migrations-section.module.css';
import { MigrationsTable } from './migrations-table.tsx';

/** How far every migration is, or those that are looked for. */
export function MigrationsSection({ migrations }: { readonly migrations: readonly MigrationSummary[] }) {
  const { q, is } = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const show = useCallback(
    (search: HomeSearch, isTyped = false) => void navigate({ search, replace: isTyped, resetScroll: false }),
    [navigate],
  );
  const search = useCallback(
    (text: string) => show({ ...(text !== '' && { q: text }), ...(is !== undefined && { is }) }, true),
    [show, is],
  );
  const toggle = (filter: MigrationFilter) =>
    show({ ...(q !== undefined && { q }), ...(filter !== is && { is: filter }) });
  const shown = narrowMigrations(migrations, is, q ?? '');
  const filters = offeredFilters(migrations, is);
  return (
    <Section
      title="Migrations"
      aside={
        migrations.length > 1 || q !== undefined ? (
          <SearchField label="Search migrations" value={q ?? ''} onChange={search} />
        ) : null
      }
    >
      {filters.length === 0 ? null : (
        <div className={styles.filters} role="group" aria-label="Filter migrations">
          {filters.map(({ filter, count }) => (
            <ToggleChip key={filter} isOn={filter === is} onToggle={() => toggle(filter)}>
              {filterWords[filter]} <span className={styles.count}>{formatNumber(count)}</span>
            </ToggleChip>
          ))}
        </div>
      )}
      {shown.length === 0 ? (
        <EmptyState title={noneFits(is, q)} actions={<Button onPress={() => show({})}>Show all</Button>} />
      ) : (
        <MigrationsTable migrations={shown} />
      )}
    </Section>
  );
}

function noneFits(filter: MigrationFilter | undefined, text: string | undefined): string {
  const kind = filter === undefined ? '' : ` under “${filterWords[filter]}”`;
  return `No migration${kind}${text === undefined ? '' : ` contains “${text}”`}`;
}
