import type { components } from '@octokit/openapi-types';

/** A shape of GitHub's REST API, as Octokit types it. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** GitHub writes times in whole seconds. */
export function isoSeconds(date: Date | string): string {
  return new Date(date).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}
