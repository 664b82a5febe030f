import { describeFailure, type HistoryEvent, msOf } from './history-event.ts';
import { asFields, asNumber, asText, readFields, readValue } from './read-payload.ts';
import { lowerFirst, type StepWords } from './step-words.ts';

type Fields = Readonly<Record<string, unknown>>;
type Marker = NonNullable<HistoryEvent['markerRecordedEventAttributes']>;

export interface ActivityWords {
  readonly kind: 'step' | 'store';
  readonly text: string;
  readonly isProblem: boolean;
  /** What of a dispatch: `accepted`, `away`, ... */
  readonly dialled?: string | undefined;
}

/** A local activity leaves nothing but a marker when it ends; its name is Temporal's. */
export const LOCAL_ACTIVITY = 'core_local_activity';

/** When a local activity was over, in the run's own time. */
export function completedAtMs({ details }: Marker): number | undefined {
  const at = asFields(readFields(details?.['data']?.payloads?.[0])?.['complete_time']);
  return at === undefined
    ? undefined
    : msOf({ seconds: asNumber(at['seconds']) ?? 0, nanos: asNumber(at['nanos']) ?? 0 });
}

/** @param tookMs how long it took, where that can be told. */
export function describeLocalActivity(
  marker: Marker,
  tookMs: number | undefined,
  words: StepWords,
): ActivityWords {
  const data = readFields(marker.details?.['data']?.payloads?.[0]);
  const name = asText(data?.['activity_type']) ?? 'unknown';
  const tries = asNumber(data?.['attempt']) ?? 1;
  const how = [
    `local activity ${name.slice(0, 60)}`,
    ...(tries > 1 ? [`try ${tries}`] : []),
    ...(tookMs === undefined ? [] : [tookMs < 1 ? 'under 1 ms' : `${Math.round(tookMs)} ms`]),
  ].join(', ');
  const kind = name === 'project' ? 'store' : 'step';
  if (marker.failure !== null && marker.failure !== undefined) {
    const why = describeFailure(marker.failure) ?? 'no reason was given';
    return { kind, isProblem: true, text: `${FAILED[name] ?? 'An activity failed'}: ${why} (${how}).` };
  }
  const result = readValue(marker.details?.['result']?.payloads?.[0]);
  const said = name === 'dispatch' ? describeDispatch(asFields(result), words) : describeOther(name, result);
  return { kind, ...said, text: `${said.text} (${how}).` };
}

const FAILED: Readonly<Record<string, string>> = {
  project: 'The run could not be written to the store',
  dispatch: 'The run could not be written to the store, so nothing was dispatched',
  cancelStep: 'The worker could not be told to stop',
};

interface Said {
  readonly text: string;
  readonly isProblem: boolean;
  readonly dialled?: string | undefined;
}

function describeOther(name: string, result: unknown): Said {
  if (name === 'cancelStep') {
    const isStopping = asFields(result)?.['isStopping'] === true;
    const text = `The worker was told to stop its step${isStopping ? ', and has not stopped yet' : ''}`;
    return { text, isProblem: false };
  }
  if (name !== 'project') return { text: 'An activity ended', isProblem: false };
  return describeWrite(result) ?? { text: 'The run was written to the store', isProblem: false };
}

function describeWrite(outcome: unknown): Said | undefined {
  if (outcome === 'stale')
    return {
      text: 'A later state of the run is in the store already, so this one was not written',
      isProblem: false,
    };
  if (outcome === 'not-claimed')
    return {
      text: 'The candidate belongs to another run, or this one is over: it ends here',
      isProblem: true,
    };
  return undefined;
}

function describeDispatch(result: Fields | undefined, words: StepWords): Said {
  const unwritten = describeWrite(result?.['projected']);
  if (unwritten !== undefined) return unwritten;
  const step = words.ofKey(result?.['of']) ?? 'A step';
  if (result?.['dialled'] === undefined)
    return { text: `${step} was looked up before a cancel: nothing was reported of it`, isProblem: false };
  const onward: unknown = result['onward'];
  const followed = (Array.isArray(onward) ? onward : []).map((one: unknown) => {
    const fields = asFields(one) ?? {};
    return describeDial(fields, words.ofFence(fields) ?? 'A step');
  });
  const all = [describeDial(result, step), ...followed];
  return { ...all.at(-1), text: listDials(all), isProblem: all.some(({ isProblem }) => isProblem) };
}

function describeDial(dispatched: Fields, step: string): Said {
  const dialled = asFields(dispatched['dialled']);
  const kind = asText(dialled?.['kind']);
  return { ...wordsOfDial(kind, dialled, step), dialled: kind };
}

/** More are not read one by one: those between the first and the last two are counted. */
const MOST_LISTED = 4;

function listDials(all: readonly Said[]): string {
  const texts = all.map(({ text }, index) => (index === 0 ? text : lowerFirst(text)));
  if (texts.length <= MOST_LISTED) return texts.join('; ');
  const last = texts.slice(2 - MOST_LISTED);
  return [texts[0], `${texts.length - last.length - 1} more followed`, ...last].join('; ');
}

function instanceText(accepted: Fields | undefined): string {
  const app = asText(accepted?.['workerApp']);
  const instance = asText(accepted?.['instanceId']);
  if (app === undefined) return 'the worker';
  return instance === undefined ? app : `${app}, instance ${instance}`;
}

function wordsOfDial(kind: string | undefined, dialled: Fields | undefined, step: string): Said {
  const fine = (text: string): Said => ({ text, isProblem: false });
  const bad = (text: string): Said => ({ text, isProblem: true });
  switch (kind) {
    case 'accepted': {
      return fine(`${step} was given to ${instanceText(dialled)}`);
    }
    case 'reported': {
      const status = asText(asFields(dialled?.['report'])?.['status']);
      const accepted = asFields(dialled?.['accepted']);
      if (accepted !== undefined) {
        const text = `${step} was given to ${instanceText(accepted)}, which called back at once: ${status ?? 'done'}`;
        return { text, isProblem: status === 'failed' };
      }
      const became = status === 'pending' ? 'is pending' : `ended at once: ${status ?? 'done'}`;
      return { text: `${step} was given to the worker and ${became}`, isProblem: status === 'failed' };
    }
    case 'refused':
      return bad(`${step} was refused by the worker or could not be given to it; its attempt says why`);
    case 'skipped':
      return fine(`${step} was skipped: its condition does not hold`);
    case 'asked':
      return fine(`${step} waits for people: its condition holds`);
    case 'away':
      return bad(
        `${step} waits for its worker. ${(asText(dialled?.['reason']) ?? 'It is away.').slice(0, 300)}`,
      );
    case 'unreachable':
      return bad(`${step} could not be given to the worker, which did not answer as it should`);
    case 'held':
      return fine(`${step} is held, since its migration or worker app is paused`);
    case 'queued':
      return fine(`${step} waits for its turn on its concurrency key`);
    case 'busy':
      return fine(`The worker has no room for ${lowerFirst(step)} now`);
    default:
      return fine(`${step} was dispatched`);
  }
}
