import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import { JsonView } from '../ui/json-view.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { CandidateLink } from './candidate-link.tsx';
import type { LoomEvent } from './contract.ts';
import type { EventLog } from './event-log.ts';
import styles from './event-table.module.css';
import { actorWord, eventSummary } from './event-words.ts';

/** The facts of an event that a list can be narrowed to. */
export type EventFact = 'type' | 'actor' | 'traceId';

interface EventTableProps {
  readonly log: Pick<EventLog, 'items' | 'nextCursor'>;
  readonly onLoadOlder: () => Promise<void>;
  /** Whether to name migration and candidate, where the list spans several. */
  readonly namesCandidate?: boolean;
  readonly onPick?: (fact: EventFact, value: string) => void;
}

export function EventTable({ log, onLoadOlder, namesCandidate = false, onPick }: EventTableProps) {
  return (
    <div className={styles.frame}>
      <table role="table" className={styles.table}>
        <caption className="visually-hidden">Events, the newest first</caption>
        <thead role="rowgroup">
          <tr role="row">
            {['Event', 'What', 'Who', 'When'].map((name) => (
              <th key={name} role="columnheader" scope="col">
                {name}
              </th>
            ))}
            <th role="columnheader" scope="col">
              <span className="visually-hidden">Details</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {log.items.map((event) => (
            <EventRow
              key={event.id}
              event={event}
              namesCandidate={namesCandidate}
              {...(onPick && { onPick })}
            />
          ))}
        </tbody>
      </table>
      {log.nextCursor === undefined ? null : <LoadMore onLoad={onLoadOlder}>Load older events</LoadMore>}
    </div>
  );
}

interface EventRowProps {
  readonly event: LoomEvent;
  readonly namesCandidate: boolean;
  readonly onPick?: (fact: EventFact, value: string) => void;
}

function EventRow({ event, namesCandidate, onPick }: EventRowProps) {
  const { actor } = event;
  const [isOpen, setOpen] = useState(false);
  const says = eventSummary(event);
  return (
    <tr role="row" className={styles.row}>
      <td role="cell" className={styles.type}>
        <Pickable fact="type" value={event.type} {...(onPick && { onPick })} />
      </td>
      <td role="cell" className={styles.what}>
        <p>
          {namesCandidate ? <Place event={event} /> : null}
          {event.stepName === undefined ? null : (
            <span className={styles.soft}>
              {event.stepName}
              {event.attempt === undefined ? '' : `, attempt ${event.attempt}`}
            </span>
          )}
          {says === undefined ? null : <span>{says}</span>}
        </p>
        {isOpen ? <Details event={event} {...(onPick && { onPick })} /> : null}
      </td>
      <td role="cell" className={styles.who}>
        <Pickable fact="actor" value={actor.id} word={actorWord(actor)} {...(onPick && { onPick })} />
        <span className={styles.soft}> {actor.kind}</span>
      </td>
      <td role="cell" className={styles.when}>
        <RelativeTime at={event.at} />
      </td>
      <td role="cell" className={styles.open}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={isOpen}
          data-row-link=""
          onClick={() => setOpen(!isOpen)}
        >
          Details <Icon name={isOpen ? 'down' : 'right'} size={12} />
        </button>
      </td>
    </tr>
  );
}

function Place({ event: { migrationId, candidateId, runId, data } }: { readonly event: LoomEvent }) {
  if (migrationId === undefined) {
    const [app, instance] = [data?.['workerApp'], data?.['instanceId']];
    if (typeof app !== 'string') return null;
    const isInstance = typeof instance === 'string';
    return (
      <Link to="/workers" search={isInstance ? { app, instance } : {}} className={styles.place}>
        {isInstance ? instance : app}
      </Link>
    );
  }
  if (candidateId === undefined) {
    return (
      <Link to="/migrations/$migrationId" params={{ migrationId }} className={styles.place}>
        {migrationId}
      </Link>
    );
  }
  return (
    <CandidateLink
      migrationId={migrationId}
      candidateId={candidateId}
      runId={runId}
      className={styles.place}
    />
  );
}

function Details({ event, onPick }: Omit<EventRowProps, 'namesCandidate'>) {
  const { id, at, runId, traceId, message, data } = event;
  return (
    <div className={styles.details}>
      <JsonView
        value={{
          id,
          at,
          ...(runId !== undefined && { runId }),
          ...(message !== undefined && { message }),
          ...data,
        }}
      />
      {traceId === undefined ? null : (
        <p className={styles.soft}>
          Trace <Pickable fact="traceId" value={traceId} {...(onPick && { onPick })} />
        </p>
      )}
    </div>
  );
}

interface PickableProps {
  readonly fact: EventFact;
  readonly value: string;
  /** What is shown of the value. */
  readonly word?: string;
  readonly onPick?: (fact: EventFact, value: string) => void;
}

function Pickable({ fact, value, word = value, onPick }: PickableProps) {
  if (onPick === undefined) return <span title={word === value ? undefined : value}>{word}</span>;
  return (
    <button type="button" className={styles.pick} onClick={() => onPick(fact, value)} title={`Only ${value}`}>
      {word}
    </button>
  );
}
