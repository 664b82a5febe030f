import { expect, it } from 'vitest';
import type { LoggedEvent } from '../../domain/event.ts';
import { eventsCsv } from './events-csv.ts';

async function* pages(...given: (readonly LoggedEvent[])[]) {
  yield* given;
}

it('has a header and a line for each event, page by page', async () => {
  const actor = { kind: 'person', id: '=local' } as const;
  const event: LoggedEvent = { id: '1-0', at: 'now', type: 'run.started', actor, runId: 'r', attempt: 2 };
  const parts: string[] = [];
  const rest = { ...event, data: { why: 'a, "b"' } };
  for await (const part of eventsCsv(pages([event], [rest]))) parts.push(part);
  expect(parts).toEqual([
    'id,at,type,actorKind,actor,migrationId,candidateId,runId,stepName,phase,attempt,traceId,data\r\n',
    "1-0,now,run.started,person,'=local,,,r,,,2,,\r\n",
    `1-0,now,run.started,person,'=local,,,r,,,2,,"{""why"":""a, \\""b\\""""}"\r\n`,
  ]);
});
