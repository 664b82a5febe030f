import type { Report } from './support/report.ts';
import type { Parts } from './support/stack.ts';

/** Measures one thing on parts of its own, which are stopped for it afterwards. Throws when a result is wrong. */
export type Bench = (context: BenchContext) => Promise<void>;

export interface BenchContext {
  readonly parts: Parts;
  readonly report: Report;
  readonly isQuick: boolean;
}
