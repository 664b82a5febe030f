import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import type { Burndown } from '../../shared/contract.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { ToggleChip } from '../../ui/chip.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Loading } from '../../ui/loading.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { Section } from '../../ui/section.tsx';
import { Cell, RowHead, Table, TableRow } from '../../ui/table.tsx';
import { burndownQuery, type Resolution } from './aggregate-queries.ts';
import styles from './burndown-section.module.css';
import { areaPointsOf, changesOf, series } from './burndown-words.ts';

const StackedAreas = lazy(() =>
  import('../../ui/chart/stacked-areas.tsx').then((module) => ({ default: module.StackedAreas })),
);

interface BurndownSectionProps {
  readonly migrationId: string;
  /** By itself hours while there are few days. */
  readonly resolution: Resolution | undefined;
  readonly onResolution: (resolution: Resolution) => void;
}

const fewDays = 3;
const columns = [{ name: 'Until' }, ...series.map(({ name }) => ({ name, isNumber: true }))];

/** How far the migration came, over time. */
export function BurndownSection({ migrationId, resolution, onResolution }: BurndownSectionProps) {
  const byDay = useQuery({ ...burndownQuery(migrationId, 'day'), enabled: resolution !== 'hour' });
  const isYoung = byDay.data !== undefined && byDay.data.points.length <= fewDays;
  const shown = resolution ?? (isYoung ? 'hour' : 'day');
  const byHour = useQuery({ ...burndownQuery(migrationId, 'hour'), enabled: shown === 'hour' });
  return (
    <Section
      title="Over time"
      aside={
        <div role="group" aria-label="A point for every" className={styles.choice}>
          <ToggleChip isOn={shown === 'hour'} onToggle={() => onResolution('hour')}>
            By hour
          </ToggleChip>
          <ToggleChip isOn={shown === 'day'} onToggle={() => onResolution('day')}>
            By day
          </ToggleChip>
        </div>
      }
    >
      <div className={styles.body}>
        <QueryView query={shown === 'hour' ? byHour : byDay} what="how the migration went" lines={6}>
          {(burndown) => <Chart burndown={burndown} />}
        </QueryView>
      </div>
    </Section>
  );
}

function Chart({ burndown: { points, resolution } }: { readonly burndown: Burndown }) {
  const areas = areaPointsOf(points, resolution);
  const isEmpty = areas.every(({ values }) => values.every((value) => value === 0));
  if (isEmpty)
    return (
      <EmptyState title="Nothing to count yet">
        As soon as the worker finds candidates, it shows here how many are left.
      </EmptyState>
    );
  return (
    <div className={styles.chart}>
      <Suspense fallback={<Loading what="the chart" lines={6} />}>
        <StackedAreas label="Candidates over time" series={series} points={areas} />
      </Suspense>
      {areas.length > 1 ? null : (
        <p className={styles.soft}>There is one point so far; the next comes with the next {resolution}.</p>
      )}
      <Disclosure summary="As a table">
        <Table caption="Candidates over time, where their counts changed" columns={columns}>
          {changesOf(areas).map((point) => (
            <TableRow key={point.label}>
              <RowHead>{point.label}</RowHead>
              {series.map(({ name }, at) => (
                <Cell key={name} label={name} isNumber>
                  {formatNumber(point.figures?.[at] ?? 0)}
                </Cell>
              ))}
            </TableRow>
          ))}
        </Table>
      </Disclosure>
    </div>
  );
}
