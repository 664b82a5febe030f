import { Suspense } from 'react';
import { MigrationPage } from '../features/migrations/migration-page.tsx';
import { Loading } from '../ui/loading.tsx';
import { lazy } from '../ui/patient-lazy.ts';

const CandidatesPanel = lazy(() =>
  import('../features/candidates/candidates-panel.tsx').then((module) => ({
    default: module.CandidatesPanel,
  })),
);

/** The page of a migration holds its candidates, which are a feature of their own. */
export function MigrationScreen() {
  return (
    <MigrationPage
      candidates={
        <Suspense fallback={<Loading what="the candidates" lines={8} />}>
          <CandidatesPanel />
        </Suspense>
      }
    />
  );
}
