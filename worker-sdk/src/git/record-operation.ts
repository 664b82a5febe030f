import type { Operation } from '../step-context.ts';
import type { ForgeClient } from './forge-client.ts';
import { toForgeFailure } from './forge-failure.ts';
import type { GitActivity } from './git-activity.ts';

type Facts = Pick<Operation, 'kind' | 'repository' | 'branch' | 'commit' | 'url' | 'message'>;

/** Adds what is known only afterwards, such as the URL of a new pull request. */
export type NoteFacts = (facts: Partial<Omit<Facts, 'kind'>>) => void;

function present(facts: Facts): Facts {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Facts;
}

/**
 * Does one git or forge operation and records it as an event of the attempt, whether it worked or not.
 *
 * @param what - In words, for the message of a failure: "Opening a pull request in acme/billing".
 * @param isNews - Whether a result is worth an event; looking again and seeing the same is not.
 */
export async function recordOperation<Result>(
  forge: ForgeClient,
  activity: GitActivity,
  facts: Facts,
  what: string,
  act: (note: NoteFacts) => Promise<Result>,
  isNews: (result: Result) => boolean = () => true,
): Promise<Result> {
  const at = new Date();
  let known = facts;
  const record = (result: 'ok' | 'failed', message?: string): void => {
    const said = message ?? known.message;
    activity.operation?.({
      ...present(known),
      at: at.toISOString(),
      durationMs: Math.max(0, Date.now() - at.getTime()),
      result,
      ...(said === undefined ? {} : { message: said.slice(0, 500) }),
    });
  };
  try {
    const result = await act((more) => {
      known = { ...known, ...more };
    });
    if (isNews(result)) record('ok');
    return result;
  } catch (error) {
    activity.signal.throwIfAborted();
    const failure = toForgeFailure(error, what, forge.redact);
    record('failed', forge.redact(failure instanceof Error ? failure.message : String(failure)));
    throw failure;
  }
}
