import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RenderedAnswer } from './rendered-answer.ts';

/** In characters. Below it the network saves nothing that is worth the work; commands and callbacks answer with less. */
const LEAST_LENGTH = 8 * 1024;
/** A page of 100 candidates is 52 KB; by level 3 it is 7 KB after 0.17 ms of a pooled thread, by level 6 6.5 KB after 0.33. */
const LEVEL = 3;

const compress = promisify(gzip);
/** An answer that is given to many is compressed once. */
const compressedOf = new WeakMap<RenderedAnswer, Promise<Buffer>>();

/** Whether it is long enough for a caller that takes it compressed. */
export function isCompressible({ status, body }: RenderedAnswer): boolean {
  return status === 200 && body.length >= LEAST_LENGTH;
}

/** The body as gzip, made beside the event loop. */
export function compressAnswer(answer: RenderedAnswer): Promise<Buffer> {
  const known = compressedOf.get(answer);
  if (known !== undefined) return known;
  const made = compress(answer.body, { level: LEVEL });
  compressedOf.set(answer, made);
  return made;
}
