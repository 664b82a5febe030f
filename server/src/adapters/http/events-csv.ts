import type { LoggedEvent } from '../../domain/event.ts';
import { csvLine } from './csv.ts';

const COLUMNS = ['id', 'at', 'type', 'actorKind', 'actor', 'migrationId', 'candidateId', 'runId'];
const MORE_COLUMNS = ['stepName', 'phase', 'attempt', 'traceId', 'data'];

/** RFC 4180, page by page, so that a long log is never held as a whole. */
export async function* eventsCsv(pages: AsyncIterable<readonly LoggedEvent[]>): AsyncIterable<string> {
  yield csvLine([...COLUMNS, ...MORE_COLUMNS]);
  for await (const page of pages) yield page.map(lineOf).join('');
}

function lineOf(event: LoggedEvent): string {
  const { id, at, type, actor, migrationId, candidateId, runId, stepName, phase, attempt, traceId } = event;
  const data = event.data === undefined ? undefined : JSON.stringify(event.data);
  const about = [migrationId, candidateId, runId, stepName, phase, attempt, traceId];
  return csvLine([id, at, type, actor.kind, actor.id, ...about, data]);
}
