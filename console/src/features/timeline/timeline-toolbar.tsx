import { LiveToggle } from '../../shared/live-toggle.tsx';
import { ToggleChip } from '../../ui/chip.tsx';
import { formatCount } from '../../ui/format.ts';
import { sourceWords } from './source-mark.tsx';
import { type TimelineSearch, timelineOutcomes, timelineSources } from './timeline-search.ts';
import styles from './timeline-toolbar.module.css';
import { outcomeWords } from './timeline-words.ts';

interface TimelineToolbarProps {
  readonly search: TimelineSearch;
  readonly onChange: (search: TimelineSearch) => void;
  readonly total: number;
}

/** What of a timeline is shown, in which order, and whether it follows what happens. */
export function TimelineToolbar({ search, onChange, total }: TimelineToolbarProps) {
  const { source = [], outcome = [], order = 'newest', live } = search;
  const { order: _order, ...inOtherOrder } = search;
  const { live: _live, ...alive } = search;
  return (
    <div className={styles.toolbar}>
      <div role="group" aria-label="Sources" className={styles.chips}>
        {timelineSources.map((one) => (
          <ToggleChip
            key={one}
            isOn={source.includes(one)}
            onToggle={() => onChange({ ...search, source: toggle(source, one) })}
          >
            {sourceWords[one]}
          </ToggleChip>
        ))}
      </div>
      <div role="group" aria-label="Outcomes" className={styles.chips}>
        {timelineOutcomes.map((one) => (
          <ToggleChip
            key={one}
            isOn={outcome.includes(one)}
            onToggle={() => onChange({ ...search, outcome: toggle(outcome, one) })}
          >
            {outcomeWords[one]}
          </ToggleChip>
        ))}
      </div>
      <div className={styles.ways}>
        <p className={styles.count} role="status">
          {formatCount(total, 'entry', 'entries')}
        </p>
        <div role="group" aria-label="Order" className={styles.order}>
          <ToggleChip isOn={order === 'newest'} onToggle={() => onChange(inOtherOrder)}>
            Newest first
          </ToggleChip>
          <ToggleChip isOn={order === 'oldest'} onToggle={() => onChange({ ...search, order: 'oldest' })}>
            Oldest first
          </ToggleChip>
        </div>
        <LiveToggle
          isLive={live === undefined}
          onChange={(wanted) => onChange(wanted ? alive : { ...search, live: 'off' })}
        />
      </div>
    </div>
  );
}

function toggle<Value>(values: readonly Value[], value: Value): readonly Value[] {
  return values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
}
