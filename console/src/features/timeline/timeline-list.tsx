import { Link } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { TimelineItem } from '../../shared/contract.ts';
import { formatDuration, formatExact } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { SourceMark, sourceWords } from './source-mark.tsx';
import { dayOf, formatMoment, gapBetween } from './timeline-gaps.ts';
import styles from './timeline-list.module.css';
import { outcomeLooks } from './timeline-words.ts';

interface TimelineListProps {
  readonly items: readonly TimelineItem[];
  readonly order: 'newest' | 'oldest';
  /** Where they are of several. */
  readonly namesCandidate: boolean;
}

/** What happened, on one line from top to bottom. */
export function TimelineList({ items, order, namesCandidate }: TimelineListProps) {
  return (
    <ol className={styles.list} aria-label={`Timeline, the ${order} first`}>
      {items.map((item, index) => {
        const above = items[index - 1];
        const day = dayOf(item, above);
        const gap = gapBetween(item, above);
        return (
          <Fragment key={item.id}>
            {gap === undefined ? null : <li className={styles.gap}>{gap}</li>}
            {day === undefined ? null : <li className={styles.day}>{day}</li>}
            <Entry item={item} namesCandidate={namesCandidate} />
          </Fragment>
        );
      })}
    </ol>
  );
}

function Entry({ item, namesCandidate }: { readonly item: TimelineItem; readonly namesCandidate: boolean }) {
  const { id, at, text, source, outcome, data, ...facts } = item;
  const look = outcomeLooks[outcome];
  const [isOpen, setOpen] = useState(false);
  const rawId = `raw-${id.replaceAll(' ', '-')}`;
  return (
    <li className={styles.item} data-outcome={outcome}>
      <time className={styles.when} dateTime={at} title={formatExact(at)}>
        {formatMoment(at)}
      </time>
      <span className={styles.mark}>
        <SourceMark source={source} />
      </span>
      <div className={styles.what}>
        <p className={styles.text}>{text}</p>
        <p className={styles.meta}>
          <span>{sourceWords[source] ?? source}</span>
          <Meta item={item} namesCandidate={namesCandidate} />
          <button
            type="button"
            className={styles.raw}
            aria-expanded={isOpen}
            aria-controls={rawId}
            data-row-link=""
            onClick={() => setOpen(!isOpen)}
          >
            Raw data <Icon name={isOpen ? 'down' : 'right'} size={12} />
          </button>
        </p>
        <div id={rawId} className={styles.data} hidden={!isOpen}>
          {isOpen ? <JsonView value={{ at, ...facts, ...data }} /> : null}
        </div>
      </div>
      <div className={styles.outcome}>{look === undefined ? null : <StateBadge {...look} />}</div>
    </li>
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
