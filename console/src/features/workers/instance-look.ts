import type { Instance, WorkerApp } from '../../shared/contract.ts';
import type { Look } from '../../shared/state-look.ts';

const looks: Readonly<Record<Instance['state'], Look>> = {
  starting: { word: 'Starting', tone: 'idle', shape: 'dotted' },
  ready: { word: 'Ready', tone: 'done', shape: 'check' },
  busy: { word: 'Busy', tone: 'progress', shape: 'half' },
  draining: { word: 'Draining', tone: 'person', shape: 'bars' },
  suspect: { word: 'Suspect', tone: 'person', shape: 'question' },
  dead: { word: 'Dead', tone: 'bad', shape: 'cross' },
};

export function instanceLook(state: Instance['state']): Look {
  return looks[state];
}

/** The health of a worker app in a word. */
export function appLook({ instances, parked }: WorkerApp): Look {
  const live = instances.filter(({ state }) => state === 'ready' || state === 'busy' || state === 'starting');
  if (live.length === 0) return { word: 'Away', tone: 'bad', shape: 'square' };
  const isFaltering = parked > 0 || instances.some(({ state }) => state === 'suspect');
  return isFaltering
    ? { word: 'Faltering', tone: 'person', shape: 'square' }
    : { word: 'Healthy', tone: 'done', shape: 'check' };
}
