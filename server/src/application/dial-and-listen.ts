import type { Reported } from '../domain/run-messages.ts';
import type { CallbackPatience } from './callback-patience.ts';
import type { ExpectedReport } from './ports/handovers.ts';
import type { DialOutcome } from './ports/step-dispatcher.ts';

/** What came of a dial, or the callback that came before anything else of it was to be kept. */
export type Heard =
  | DialOutcome
  | {
      readonly kind: 'called-back';
      readonly report: Reported;
      /** Whether the worker accepted before. */
      readonly isAccepted: boolean;
    };

interface Listening {
  readonly expected: ExpectedReport;
  readonly patience: CallbackPatience;
  /** Names the step among those of all migrations. */
  readonly step: string;
}

/**
 * Waits for the answer, and then a moment for the callback. Once the callback is there, the answer tells nothing more.
 * @param onAccepted begun with the acceptance, and waited for
 */
export async function dialAndListen(
  dial: () => Promise<DialOutcome>,
  onAccepted: () => Promise<void>,
  { expected, patience, step }: Listening,
): Promise<Heard> {
  const arrival = expected.arrival.then((report) => ({ kind: 'arrived', report }) as const);
  try {
    const first = await Promise.race([dial(), arrival]);
    if (first.kind === 'arrived') return { kind: 'called-back', report: first.report, isAccepted: false };
    if (first.kind !== 'accepted') return first;
    const waitMs = patience.waitMs(step);
    const [report] = await Promise.all([
      waitMs === 0 ? undefined : within(waitMs, expected.arrival),
      onAccepted(),
    ]);
    if (waitMs > 0) patience.record(step, report !== undefined);
    return report === undefined ? first : { kind: 'called-back', report, isAccepted: true };
  } finally {
    expected.stop();
  }
}

async function within<Value>(ms: number, awaited: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}
