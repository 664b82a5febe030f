import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { MigrationSummary } from '../../shared/contract.ts';
import { allMigrationsQuery } from '../../shared/migration-queries.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { useTitle } from '../../shared/use-title.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Section } from '../../ui/section.tsx';
import { MigrationsTable } from './migrations-table.tsx';
import { NeedsAttention } from './needs-attention.tsx';

/** What needs a person first, then how far every migration is. */
export function HomePage() {
  useTitle('Home');
  const query = useQuery(allMigrationsQuery);
  return (
    <Page title="Home">
      <QueryView query={query} what="the migrations" lines={10}>
        {(migrations) =>
          migrations.length === 0 ? (
            <EmptyState title="No migration is announced yet">
              Start a worker that points to this server. It announces its migration, and the migration appears
              here by itself.
            </EmptyState>
          ) : (
            <>
              <NeedsAttention migrations={migrations} />
              <Migrations migrations={migrations} />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

function Migrations({ migrations }: { readonly migrations: readonly MigrationSummary[] }) {
  const { q = '' } = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const search = useCallback(
    (next: string) =>
      void navigate({ search: next === '' ? {} : { q: next }, replace: true, resetScroll: false }),
    [navigate],
  );
  const wanted = q.toLowerCase();
  const shown = migrations.filter(({ id, name, owner }) =>
    [id, name, owner ?? ''].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <Section
      title="Migrations"
      aside={
        migrations.length > 1 ? <SearchField label="Search migrations" value={q} onChange={search} /> : null
      }
    >
      {shown.length === 0 ? (
        <EmptyState
          title={`No migration contains “${q}”`}
          actions={<Button onPress={() => search('')}>Show all</Button>}
        />
      ) : (
        <MigrationsTable migrations={shown} />
      )}
    </Section>
  );
}
