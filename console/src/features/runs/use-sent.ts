import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Candidate } from '../../shared/contract.ts';
import { whenFocusIsLost } from '../../shared/when-focus-is-lost.ts';

const answerMs = 8_000;

interface SentOptions {
  readonly candidate: Candidate;
  readonly bar: RefObject<HTMLElement | null>;
  /** A dialog is open, which has the focus. */
  readonly isAsking: boolean;
}

/**
 * After an action counted, the bar waits for the run to show it, but not for ever. Its buttons cannot be pressed until
 * then, and others may stand there afterwards, so the keyboard goes on from the bar itself.
 */
export function useSent({ candidate, bar, isAsking }: SentOptions) {
  const { runId, runState, step, attempt, since, reason, pauseRequested } = candidate;
  const now = [runId, runState, step, attempt, since, reason, pauseRequested].join(' ');
  const [sentAt, setSentAt] = useState<string>();
  useEffect(() => {
    if (sentAt === undefined) return;
    const timer = setTimeout(() => setSentAt(undefined), answerMs);
    return () => clearTimeout(timer);
  }, [sentAt]);

  const owesFocus = useRef(false);
  useEffect(() => {
    if (!owesFocus.current || isAsking) return;
    owesFocus.current = false;
    whenFocusIsLost(() => bar.current?.focus({ preventScroll: true }));
  });
  const markSent = () => {
    owesFocus.current = true;
    setSentAt(now);
  };
  return { isSent: sentAt === now, markSent };
}
