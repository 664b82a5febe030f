import { Sparkline } from '../../ui/chart/sparkline.tsx';
import { StackedAreas } from '../../ui/chart/stacked-areas.tsx';
import { Row, Specimen } from './specimen.tsx';

const series = [
  { kind: 'done', name: 'Completed' },
  { kind: 'running', name: 'Running' },
  { kind: 'bad', name: 'Of them failing' },
  { kind: 'rest', name: 'Not started' },
] as const;

const total = 240;
const points = Array.from({ length: 24 }, (_, index) => {
  const completed = Math.round(total * (1 - Math.cos((index / 23) * Math.PI)) * 0.45);
  const failing = index > 8 && index < 19 ? 10 - Math.abs(13 - index) : 0;
  const running = Math.min(28, total - completed);
  const day = `${index + 1} Nov`;
  return {
    label: `${day} 2026`,
    shortLabel: day,
    values: [completed, running - failing, failing, total - completed - running],
    figures: [completed, running, failing, total - completed - running],
  };
});

/** Numbers over time. */
export function ChartSpecimens() {
  const fortnight = points.slice(-14).map(({ values }) => values[0] ?? 0);
  return (
    <>
      <Specimen
        name="Areas over time"
        use="Parts of a whole that change. The arrow keys and the pointer read out every point."
      >
        <StackedAreas label="An example" series={series} points={points} />
        <StackedAreas label="One point" series={series} points={points.slice(0, 1)} />
      </Specimen>
      <Specimen name="Sparkline" use="How a number went, as small as a word, within a row.">
        <Row>
          <Sparkline values={fortnight} max={total} label="Rising" />
          <Sparkline values={fortnight.map(() => 90)} max={total} label="Nothing changed" />
          <Sparkline values={fortnight.map(() => 0)} max={total} label="None yet" />
        </Row>
      </Specimen>
    </>
  );
}
