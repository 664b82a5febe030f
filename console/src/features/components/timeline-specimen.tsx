import { Icon } from '../../ui/icon.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Timeline, TimelineDay, TimelineEntry, TimelineGap } from '../../ui/timeline.tsx';
import { Specimen } from './specimen.tsx';

const outcomes = [
  { word: 'Succeeded', tone: 'done', shape: 'check' },
  { word: 'Failed', tone: 'bad', shape: 'cross' },
  { word: 'Waiting', tone: 'person', shape: 'outside' },
  undefined,
] as const;

/** One entry of each outcome, a gap and a day. */
export function TimelineSpecimen() {
  return (
    <Specimen name="Timeline" use="What happened in one order, and how long nothing did.">
      <Timeline label="Timeline, an example">
        <TimelineDay>Friday, 20 November</TimelineDay>
        {outcomes.map((outcome, index) => (
          <TimelineEntry
            key={outcome?.word ?? 'Noted'}
            at={`2026-11-20T10:00:0${index}.000Z`}
            moment={`10:00:0${index}`}
            mark={<Icon name="file" />}
            text={outcome === undefined ? 'An instance announced itself.' : `Step chart: ${outcome.word}.`}
            facts={<span>Worker</span>}
            outcome={outcome}
            raw={() => <JsonView value={{ stepName: 'chart', attempt: 1 }} />}
          />
        ))}
        <TimelineGap>2 hours later</TimelineGap>
      </Timeline>
    </Specimen>
  );
}
