import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query';
import { answerOf, type FetchAnswer } from './api-client.ts';
import { ProblemError } from './problem.ts';

/** A body with the ETag it came with, kept together so that the next poll can be answered with `304`. */
export interface Kept<T> {
  readonly body: T;
  readonly etag: string | undefined;
}

export interface ReadHeader {
  'If-None-Match'?: string;
}

/**
 * Reads again what was read before. A `304` gives back the very object that is cached, so nothing renders.
 */
export async function readKept<T>(
  previous: Kept<T> | undefined,
  call: (header: ReadHeader) => Promise<FetchAnswer<T>>,
): Promise<Kept<T>> {
  const header: ReadHeader = previous?.etag === undefined ? {} : { 'If-None-Match': previous.etag };
  try {
    const { body, response } = await answerOf(call(header));
    return { body, etag: response.headers.get('etag') ?? undefined };
  } catch (error) {
    const isUnchanged = error instanceof ProblemError && error.problem.status === 304;
    if (isUnchanged && previous !== undefined) return previous;
    throw error;
  }
}

export interface KeptContext {
  readonly client: QueryClient;
  readonly queryKey: QueryKey;
}

/** {@link readKept} for a query whose cached value is one {@link Kept}. */
export function readAgain<T>(
  { client, queryKey }: KeptContext,
  call: (header: ReadHeader) => Promise<FetchAnswer<T>>,
): Promise<Kept<T>> {
  return readKept(client.getQueryData<Kept<T>>(queryKey), call);
}

/** Of a query that is read page after page. */
export type KeptPages<T> = InfiniteData<Kept<T>, string | undefined>;

/** {@link readKept} for one page of such a query; `place` is the part of the request that says where it begins. */
export function readPageAgain<T>(
  { client, queryKey, pageParam: cursor }: KeptContext & { readonly pageParam: string | undefined },
  call: (header: ReadHeader, place: { readonly cursor?: string }) => Promise<FetchAnswer<T>>,
): Promise<Kept<T>> {
  const before = client.getQueryData<KeptPages<T>>(queryKey);
  const at = before?.pageParams.indexOf(cursor) ?? -1;
  return readKept(before?.pages[at], (header) => call(header, cursor === undefined ? {} : { cursor }));
}

/** The `select` of a query of one body; one function for all, so that the selection is remembered. */
export function bodyOf<T>(kept: Kept<T>): T {
  return kept.body;
}
