import { z } from 'zod';
import type { StepContext } from '../step-context.ts';

const markerSchema = z.object({
  migration: z.string(),
  candidate: z.string(),
  run: z.string(),
  step: z.string(),
  /** The newest attempt that took the pull request for its own; a close after that is a decision about it. */
  attempt: z.number().int().positive(),
});

/** What the body of a pull request says, unseen, about where it comes from. */
export type PullRequestMarker = z.infer<typeof markerSchema>;

const marker = /<!-- loom (\{.*\}) -->/;

/** The marker of the step that is being run. */
export function markerOf(context: StepContext<unknown, unknown>): PullRequestMarker {
  return {
    migration: context.migrationId,
    candidate: context.candidate.id,
    run: context.runId,
    step: context.stepName,
    attempt: context.attempt,
  };
}

/** Puts the marker behind a body, in place of one that is there. */
export function withMarker(body: string, facts: PullRequestMarker): string {
  // `>` must not end the comment early, whatever a candidate is called.
  const json = JSON.stringify(facts).replaceAll('>', '\\u003e').replaceAll('--', '-\\u002d');
  const plain = body.replace(marker, '').trimEnd();
  return `${plain}\n\n<!-- loom ${json} -->\n`;
}

/** Reads the marker; undefined when somebody took it out. */
export function readMarker(body: string | null | undefined): PullRequestMarker | undefined {
  const json = marker.exec(body ?? '')?.[1];
  if (json === undefined) return undefined;
  try {
    return markerSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
