import { type DispatchedCandidate, StepFailure } from '@loom/worker-sdk';
import { z } from 'zod';

const metadataSchema = z.looseObject({
  repository: z.string().optional(),
  genericChartVersion: z.string().optional(),
  problems: z.array(z.string()).optional(),
});

/** What the steps need to know of an application. */
export interface CandidateFacts {
  readonly name: string;
  /** The repository of the application. */
  readonly repository: string;
  readonly genericChartVersion: string | undefined;
}

/**
 * Reads what discovery found out.
 *
 * @throws StepFailure of class `invalid` when the repository of the application is not known.
 */
export function factsOf(candidate: DispatchedCandidate): CandidateFacts {
  const { repository, genericChartVersion, problems = [] } = metadataSchema.parse(candidate.metadata);
  if (repository === undefined) {
    const why = problems.length === 0 ? 'no Application of it names one' : problems.join('; ');
    throw new StepFailure(
      `The repository of ${candidate.id} is not known: ${why}. Mend it and discover again.`,
      {
        failureClass: 'invalid',
      },
    );
  }
  return { name: candidate.id, repository, genericChartVersion };
}

/** The Application files of one environment, as paths of the GitOps repository. */
export function environmentFiles(candidate: DispatchedCandidate, environment: string): readonly string[] {
  return candidate.files
    .filter(({ name }) => name === environment)
    .flatMap(({ files }) => files.map(({ path }) => path));
}

/** The environments that the application has, in the order of `known`. */
export function environmentsOf(candidate: DispatchedCandidate, known: readonly string[]): readonly string[] {
  return known.filter((environment) => candidate.files.some(({ name }) => name === environment));
}
