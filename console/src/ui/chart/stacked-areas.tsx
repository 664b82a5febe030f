import { type PointerEvent, useId, useState } from 'react';
import { formatNumber } from '../format.ts';
import { useWidth } from '../use-width.ts';
import { areaPath, linePath, nearest, placeOf, someOf, stacked, ticksOf } from './chart-scale.ts';
import styles from './stacked-areas.module.css';

export type AreaKind = 'done' | 'running' | 'bad' | 'rest';

export interface AreaSeries {
  readonly kind: AreaKind;
  readonly name: string;
}

export interface AreaPoint {
  /** As it is read out: "20 Nov 2026, 14:00". */
  readonly label: string;
  /** As it stands below the chart: "20 Nov". */
  readonly shortLabel: string;
  /** How high each series is, in their order, from the bottom up. */
  readonly values: readonly number[];
  /** What is said of each series, where it is not how high it is. */
  readonly figures?: readonly number[];
}

interface StackedAreasProps {
  /** What is seen, such as "Candidates over time". */
  readonly label: string;
  readonly series: readonly AreaSeries[];
  /** The oldest first; there is at least one. */
  readonly points: readonly AreaPoint[];
}

const HEIGHT = 220;
const LEFT = 48;
const BOTTOM = 24;
const TOP = 8;
const RIGHT = 10;
const LABEL_WIDTH = 88;

/**
 * Areas that stand on each other. What is under the pointer, or where the arrow keys lead, is read out; the newest
 * otherwise. The slider is the chart for those who cannot see it.
 */
export function StackedAreas({ label, series, points }: StackedAreasProps) {
  const [chosen, setChosen] = useState<number>();
  const { ref, width } = useWidth();
  const id = useId();
  const count = points.length;
  const index = Math.min(chosen ?? count - 1, count - 1);
  const point = points[index];
  const plot = { width: Math.max(0, width - LEFT - RIGHT), height: HEIGHT - TOP - BOTTOM };
  const stacks = points.map(({ values }) => stacked(values));
  const ticks = ticksOf(Math.max(...stacks.map((stack) => stack.at(-1) ?? 0)));
  const max = ticks.at(-1) ?? 1;
  const x = placeOf(index, count, plot.width);
  const choose = (event: PointerEvent<HTMLElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    setChosen(nearest(event.clientX - left - LEFT, count, plot.width));
  };
  if (point === undefined) return null;
  return (
    <figure className={styles.figure} aria-label={label}>
      <ReadOut point={point} series={series} isNewest={index === count - 1} />
      <div
        ref={ref}
        className={styles.chart}
        onPointerMove={choose}
        onPointerDown={choose}
        onPointerLeave={() => setChosen(undefined)}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true" className={styles.plot}>
          <Textures id={id} />
          <g transform={`translate(${LEFT} ${TOP})`}>
            {ticks.map((tick) => (
              <g key={tick} transform={`translate(0 ${plot.height - (tick / max) * plot.height})`}>
                <line x2={plot.width} className={styles.grid} />
                <text x={-8} dy="0.32em" className={styles.tick} textAnchor="end">
                  {formatNumber(tick)}
                </text>
              </g>
            ))}
            {series.map(({ kind, name }, at) => {
              const roof = stacks.map((stack) => stack[at + 1] ?? 0);
              const floor = stacks.map((stack) => stack[at] ?? 0);
              return (
                <g key={name} data-kind={kind} className={styles.area}>
                  <path d={areaPath(floor, roof, max, plot)} fill={fillOf(kind, id)} />
                  {hasRoof(kind) ? <path d={linePath(roof, max, plot)} className={styles.roof} /> : null}
                </g>
              );
            })}
            <line x1={x} x2={x} y2={plot.height} className={styles.cursor} />
            {someOf(count, Math.max(2, Math.floor(plot.width / LABEL_WIDTH))).map((at) => (
              <text
                key={at}
                x={placeOf(at, count, plot.width)}
                y={plot.height + 18}
                className={styles.tick}
                textAnchor={at === count - 1 ? 'end' : at === 0 ? 'start' : 'middle'}
              >
                {points[at]?.shortLabel}
              </text>
            ))}
          </g>
        </svg>
        <input
          type="range"
          className={styles.slider}
          aria-label={`${label}: point in time`}
          aria-valuetext={wordsOf(point, series)}
          min={0}
          max={Math.max(0, count - 1)}
          value={index}
          onChange={(event) => setChosen(Number(event.target.value))}
          onBlur={() => setChosen(undefined)}
        />
      </div>
    </figure>
  );
}

function ReadOut({
  point,
  series,
  isNewest,
}: {
  readonly point: AreaPoint;
  readonly series: readonly AreaSeries[];
  readonly isNewest: boolean;
}) {
  // The slider says the same to those who listen.
  return (
    <div className={styles.readOut} aria-hidden="true">
      <span className={styles.when}>{isNewest ? 'Now' : point.label}</span>
      {series.map(({ kind, name }, at) => (
        <span key={name} className={styles.value}>
          <span className={styles.key} data-kind={kind} />
          {name} <strong>{formatNumber(figureOf(point, at))}</strong>
        </span>
      ))}
    </div>
  );
}

function figureOf({ values, figures = values }: AreaPoint, series: number): number {
  return figures[series] ?? 0;
}

function wordsOf(point: AreaPoint, series: readonly AreaSeries[]): string {
  const parts = series.map(({ name }, at) => `${formatNumber(figureOf(point, at))} ${name.toLowerCase()}`);
  return `${point.label}: ${parts.join(', ')}`;
}

/** What fails has no line of its own: one along where nothing does would say the opposite. */
function hasRoof(kind: AreaKind): boolean {
  return kind === 'done' || kind === 'running';
}

function fillOf(kind: AreaKind, id: string): string {
  return kind === 'running' || kind === 'bad' ? `url(#${id}-${kind})` : `var(--area-${kind})`;
}

/** The textures of the bar: who cannot tell the colours apart can tell these. */
function Textures({ id }: { readonly id: string }) {
  return (
    <defs>
      <Stripes
        id={`${id}-running`}
        every={7}
        slant={25}
        wash={styles.runningWash}
        stripe={styles.runningStripe}
      />
      <Stripes id={`${id}-bad`} every={5} slant={-25} wash={styles.badWash} stripe={styles.badStripe} />
    </defs>
  );
}

interface StripesProps {
  readonly id: string;
  /** In pixels. */
  readonly every: number;
  /** In degrees. */
  readonly slant: number;
  readonly wash: string | undefined;
  readonly stripe: string | undefined;
}

function Stripes({ id, every, slant, wash, stripe }: StripesProps) {
  return (
    <pattern
      id={id}
      width={every}
      height={every}
      patternUnits="userSpaceOnUse"
      patternTransform={`rotate(${slant})`}
    >
      <rect width={every} height={every} className={wash} />
      <rect width="1.25" height={every} className={stripe} />
    </pattern>
  );
}
