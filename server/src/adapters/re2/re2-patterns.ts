import { RE2JS, RE2JSException } from 're2js';
import type { InputPatterns } from '../../domain/input-patterns.ts';

/** A match takes time in the length of the value times this: 4,000 characters then take at most about half a second. */
const MOST_INSTRUCTIONS = 1_000;

/** Patterns come from workers, so they are matched by RE2, which never goes back: no value makes it slow. */
export const re2Patterns: InputPatterns = {
  whyRefused(pattern) {
    try {
      const size = compile(pattern).programSize();
      return size > MOST_INSTRUCTIONS ? 'it repeats too much; make its counts smaller' : undefined;
    } catch (error) {
      if (error instanceof RE2JSException) return error.message.replace(/^error parsing regexp: /, '');
      throw error;
    }
  },
  matches: (pattern, value) => compile(pattern).matches(value),
};

/** Takes what ECMA-262 writes in another way than RE2, such as `\u00e9`. */
function compile(pattern: string): RE2JS {
  return RE2JS.compile(RE2JS.translateRegExp(pattern));
}
