import type { WorkerApp } from '../../shared/contract.ts';
import { ToggleChip } from '../../ui/chip.tsx';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { filterWords, offeredFilters, type WorkerFilter } from './worker-filters.ts';
import styles from './worker-toolbar.module.css';

interface WorkerToolbarProps {
  readonly apps: readonly WorkerApp[];
  readonly chosen: WorkerFilter | undefined;
  readonly onChoose: (filter: WorkerFilter | undefined) => void;
}

/** How many there are, and the way to those that are not as they should be. */
export function WorkerToolbar({ apps, chosen, onChoose }: WorkerToolbarProps) {
  const instances = apps.reduce((sum, app) => sum + app.instances.length, 0);
  const filters = offeredFilters(apps, chosen);
  return (
    <div className={styles.toolbar}>
      <p className={styles.total}>
        {formatCount(apps.length, 'worker app')}, {formatCount(instances, 'instance')}
      </p>
      {filters.length === 0 ? null : (
        <div role="group" aria-label="Filter worker apps" className={styles.filters}>
          {filters.map(({ filter, count }) => (
            <ToggleChip
              key={filter}
              isOn={filter === chosen}
              onToggle={() => onChoose(filter === chosen ? undefined : filter)}
            >
              {filterWords[filter]} <span className={styles.count}>{formatNumber(count)}</span>
            </ToggleChip>
          ))}
        </div>
      )}
    </div>
  );
}
