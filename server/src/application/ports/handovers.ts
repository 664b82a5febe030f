import type { Reported } from '../../domain/run-messages.ts';
import type { AttemptRef } from './refs.ts';

/**
 * Callbacks that come while their attempt is dialled, or a moment after: the store hands them over to who dials, so that
 * the run needs no message from outside. One that does not arrive here is lost to nobody, since the store keeps it and
 * who took it in tells the run itself where it is not taken over soon.
 */
export interface Handovers {
  /** Where they are to be sent; undefined while nothing can arrive. */
  readonly listener: () => string | undefined;
  /** To be called before the dial. */
  expect(attempt: AttemptRef): ExpectedReport;
}

export interface ExpectedReport {
  /** Never rejects, and never resolves where nothing arrives. */
  readonly arrival: Promise<Reported>;
  stop(): void;
}
