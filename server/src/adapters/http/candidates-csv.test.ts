import { expect, it } from 'vitest';
import type { CandidateSummary } from '../../domain/candidate.ts';
import { candidatesCsv } from './candidates-csv.ts';

const row = (id: string, more: Partial<CandidateSummary> = {}): CandidateSummary => ({
  ...{
    id,
    kind: 'repository',
    labels: {},
    metadata: {},
    status: 'not_started',
    stepCount: 3,
    lastSeen: 'now',
  },
  ...more,
});

it('has a header and a line for each candidate, with a column for each label key', () => {
  const csv = candidatesCsv([row('a', { labels: { team: 'x' } }), row('b', { labels: { area: 'y' } })]);
  expect(csv.split('\r\n')).toEqual([
    'id,kind,status,runState,step,stepIndex,stepCount,attempt,since,who,reason,prUrl,runId,goneAt,lastSeen,label:area,label:team',
    'a,repository,not_started,,,,3,,,,,,,,now,,x',
    'b,repository,not_started,,,,3,,,,,,,,now,y,',
    '',
  ]);
});

it('quotes what has commas, quotes or lines, and disarms what a spreadsheet would take for a formula', () => {
  const [, line] = candidatesCsv([row('a,"b"', { reason: '=HYPERLINK("http://x")', step: '-1' })]).split(
    '\r\n',
  );
  expect(line).toBe(`"a,""b""",repository,not_started,,'-1,,3,,,,"'=HYPERLINK(""http://x"")",,,,now`);
});
