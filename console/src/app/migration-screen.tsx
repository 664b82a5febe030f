import { CandidatesPanel } from '../features/candidates/candidates-panel.tsx';
import { MigrationPage } from '../features/migrations/migration-page.tsx';

/** The page of a migration holds its candidates, which are a feature of their own. */
export function MigrationScreen() {
  return <MigrationPage candidates={<CandidatesPanel />} />;
}
