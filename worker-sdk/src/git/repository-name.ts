import { StepFailure } from '../step-failure.ts';

/** A repository as the forge's API names it. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

const shape = /^([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([A-Za-z0-9._-]{1,100})$/;

/**
 * Splits `owner/name`.
 *
 * @throws StepFailure of class `invalid` for anything else, so that no name reaches a URL unchecked.
 */
export function parseRepositoryName(repository: string): RepositoryName {
  const [, owner, repo] = shape.exec(repository) ?? [];
  if (owner === undefined || repo === undefined || repo === '.' || repo === '..') {
    throw new StepFailure(`"${repository}" is not a repository; it has to be written as owner/name`, {
      failureClass: 'invalid',
    });
  }
  return { owner, repo };
}
