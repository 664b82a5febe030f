import type { LoomClient, StepList } from './loom-client.ts';

/** The table that the demo ends with: a line a candidate. */
export async function describeOutcomes(loom: LoomClient, migrationId: string): Promise<string> {
  const candidates = await loom.listCandidates(migrationId);
  const rows = await Promise.all(
    candidates.map(async ({ id, status, labels }) => {
      const { steps } = await loom.listSteps(migrationId, id);
      const attempts = steps.flatMap((step) => step.attempts);
      const failed = attempts.filter((attempt) => attempt.outcome === 'failed').length;
      return [
        id,
        labels['team'] ?? '',
        status,
        `${steps.filter((step) => step.state !== 'to_come').length}/${steps.length}`,
        String(steps.filter((step) => step.state === 'merged').length),
        failed === 0 ? '' : `${failed} failed, retried`,
        seconds(steps),
      ];
    }),
  );
  return layOut([['candidate', 'team', 'status', 'steps', 'merged', 'trouble', 'time'], ...rows]);
}

function seconds(steps: StepList['steps']): string {
  const times = steps
    .flatMap((step) => step.attempts)
    .flatMap(({ startedAt, endedAt }) => [startedAt, endedAt ?? startedAt])
    .map(Date.parse);
  return times.length === 0 ? '' : `${((Math.max(...times) - Math.min(...times)) / 1000).toFixed(1)} s`;
}

function layOut(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
