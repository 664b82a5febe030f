import { useQuery } from '@tanstack/react-query';
import { allMigrationsQuery } from '../../shared/migration-queries.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { ServerAddress } from '../../shared/server-address.tsx';
import { useTitle } from '../../shared/use-title.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { MigrationsSection } from './migrations-section.tsx';
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
            <EmptyState title="No migration is announced yet" actions={<ServerAddress />}>
              Start a worker that points to this server. It announces its migration, and the migration appears
              here by itself.
            </EmptyState>
          ) : (
            <>
              <NeedsAttention migrations={migrations} />
              <MigrationsSection migrations={migrations} />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}
