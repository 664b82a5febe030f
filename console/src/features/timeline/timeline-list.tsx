import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { TimelineItem } from '../../shared/contract.ts';
import { formatDuration } from '../../ui/format.ts';
import { JsonView } from '../../ui/json-view.tsx';
import { Timeline, TimelineDay, TimelineEntry, TimelineGap } from '../../ui/timeline.tsx';
import { SourceMark, sourceWords } from './source-mark.tsx';
import { dayOf, formatMoment, gapBetween } from './timeline-gaps.ts';
import { outcomeLooks } from './timeline-words.ts';

interface TimelineListProps {
  readonly items: readonly TimelineItem[];
  readonly order: 'newest' | 'oldest';
  /** Where they are of several. */
  readonly namesCandidate: boolean;
}

/** What happened, with the days and the gaps between. */
export function TimelineList({ items, order, namesCandidate }: TimelineListProps) {
  return (
    <Timeline label={`Timeline, the ${order} first`}>
      {items.map((item, index) => {
        const above = items[index - 1];
        const day = dayOf(item, above);
        const gap = gapBetween(item, above);
        return (
          <Fragment key={item.id}>
            {gap === undefined ? null : <TimelineGap>{gap}</TimelineGap>}
            {day === undefined ? null : <TimelineDay>{day}</TimelineDay>}
            <Entry item={item} namesCandidate={namesCandidate} />
          </Fragment>
        );
      })}
    </Timeline>
  );
}

function Entry({ item, namesCandidate }: { readonly item: TimelineItem; readonly namesCandidate: boolean }) {
  const { id: _, at, text, source, outcome, data, ...facts } = item;
  return (
    <TimelineEntry
      at={at}
      moment={formatMoment(at)}
      mark={<SourceMark source={source} />}
      text={text}
      facts={
        <>
          <span>{sourceWords[source] ?? source}</span>
          <Meta item={item} namesCandidate={namesCandidate} />
        </>
      }
      outcome={outcomeLooks[outcome]}
      raw={() => <JsonView value={{ at, ...facts, ...data }} />}
    />
  );
}

function Meta({ item, namesCandidate }: { readonly item: TimelineItem; readonly namesCandidate: boolean }) {
  const { migrationId, candidateId, runId, attempt = 1, durationMs, link, deliveryId } = item;
  return (
    <>
      {namesCandidate && migrationId !== undefined && candidateId !== undefined ? (
        <CandidateLink migrationId={migrationId} candidateId={candidateId} runId={runId} />
      ) : null}
      {attempt > 1 ? <span>attempt {attempt}</span> : null}
      {durationMs === undefined ? null : <span>{formatDuration(durationMs)}</span>}
      {link === undefined ? null : (
        <a href={link} rel="noreferrer" target="_blank">
          Open at the forge
        </a>
      )}
      {deliveryId === undefined ? null : (
        <Link to="/deliveries" search={{ delivery: deliveryId, ...(runId !== undefined && { run: runId }) }}>
          Headers and bodies
        </Link>
      )}
    </>
  );
}
