import { useNavigate } from '@tanstack/react-router';
import type { Resolution } from './aggregate-queries.ts';
import { BurndownSection } from './burndown-section.tsx';
import { FailuresSection } from './failures-section.tsx';
import styles from './migration-progress-view.module.css';

interface MigrationProgressViewProps {
  readonly migrationId: string;
  readonly resolution: Resolution | undefined;
}

/** How far the migration came, and what keeps it. */
export function MigrationProgressView({ migrationId, resolution }: MigrationProgressViewProps) {
  const navigate = useNavigate({ from: '/migrations/$migrationId' });
  return (
    <div className={styles.view}>
      <BurndownSection
        migrationId={migrationId}
        resolution={resolution}
        onResolution={(by) =>
          void navigate({ search: { tab: 'progress', by }, replace: true, resetScroll: false })
        }
      />
      <FailuresSection migrationId={migrationId} />
    </div>
  );
}
