import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { newKey } from './new-key.ts';
import { expectChange } from './pace.ts';
import { isPassing, NoAnswerError, ProblemError } from './problem.ts';

const tries = 3;
/** A server that asks to be left alone for longer has refused, as far as somebody who waits for it goes. */
const patienceMs = 5_000;

export type Send<TInput, TAnswer> = (input: TInput, idempotencyKey: string) => Promise<TAnswer>;

interface Click<TInput> {
  readonly input: TInput;
  readonly key: string;
}

export interface Action<TInput, TAnswer> {
  /** Does nothing while the last click is still worked on. */
  readonly run: (input: TInput) => void;
  readonly isWorking: boolean;
  /** What its button says while it is worked on: the given word, or that it is tried again. */
  readonly working: (word: string) => string | false;
  readonly error: Error | null;
  readonly answer: TAnswer | undefined;
  readonly forget: () => void;
}

/**
 * One thing a person does to the server. A click has one Idempotency-Key, which its retries share; when no answer
 * came, doing the same once more still uses it, since the first try may have counted.
 */
export function useAction<TInput, TAnswer>(
  send: Send<TInput, TAnswer>,
  onDone?: (answer: TAnswer, input: TInput) => void,
): Action<TInput, TAnswer> {
  const client = useQueryClient();
  const unanswered = useRef<{ body: string; key: string } | undefined>(undefined);
  const { mutate, isPending, failureCount, error, data, reset } = useMutation<TAnswer, Error, Click<TInput>>({
    mutationFn: ({ input, key }) => send(input, key),
    networkMode: 'always',
    retry: (failures, cause) => failures < tries - 1 && pauseBeforeRetry(failures, cause) !== undefined,
    retryDelay: (failures, cause) => pauseBeforeRetry(failures, cause) ?? 0,
    onSuccess: (answer, { input }) => {
      unanswered.current = undefined;
      onDone?.(answer, input);
    },
    onError: (cause, { input, key }) => {
      unanswered.current = cause instanceof NoAnswerError ? { body: JSON.stringify(input), key } : undefined;
    },
    onSettled: () => {
      expectChange();
      void client.invalidateQueries();
    },
  });
  const isWorking = useRef(false);
  isWorking.current = isPending;
  const run = useCallback(
    (input: TInput) => {
      if (isWorking.current) return;
      isWorking.current = true;
      const last = unanswered.current;
      const key = last?.body === JSON.stringify(input) ? last.key : newKey();
      mutate({ input, key });
    },
    [mutate],
  );
  const working = (word: string) => isPending && (failureCount === 0 ? word : 'Trying again…');
  return { run, isWorking: isPending, working, error, answer: data, forget: reset };
}

/** Nothing where trying again by itself makes no sense: a refusal is told at once. */
function pauseBeforeRetry(failures: number, cause: Error): number | undefined {
  if (!isPassing(cause)) return undefined;
  if (!(cause instanceof ProblemError)) return 700 * (failures + 1);
  const { retryAfterMs } = cause;
  return retryAfterMs !== undefined && retryAfterMs <= patienceMs ? retryAfterMs : undefined;
}
