import type { Instance, WorkerApp } from '../../shared/contract.ts';
import type { Look } from '../../shared/state-look.ts';

const looks: Readonly<Record<Instance['state'], Look>> = {
  starting: { word: 'Starting', tone: 'idle', shape: 'dotted' },
  ready: { word: 'Ready', tone: 'done', shape: 'check' },
  busy: { word: 'Busy', tone: 'progress', shape: 'half' },
  draining: { word: 'Leaving', tone: 'idle', shape: 'stop' },
  suspect: { word: 'Suspect', tone: 'person', shape: 'question' },
  dead: { word: 'Dead', tone: 'bad', shape: 'cross' },
};

const draining: Look = { word: 'Draining', tone: 'person', shape: 'bars' };
const drained: Look = { word: 'Drained, safe to stop', tone: 'done', shape: 'bars' };

/** One that said goodbye is leaving; one that somebody drains finishes what it has. */
export function instanceLook(instance: Pick<Instance, 'state' | 'draining' | 'isDrained'>): Look {
  const isDraining = instance.state === 'draining' && instance.draining !== undefined;
  if (!isDraining) return looks[instance.state];
  return instance.isDrained === true ? drained : draining;
}

/** Whether it can be given steps. */
export function isLive({ state }: Pick<Instance, 'state'>): boolean {
  return state === 'ready' || state === 'busy' || state === 'starting' || state === 'suspect';
}

/** The health of a worker app in a word. */
export function appLook({ instances, parked }: WorkerApp): Look {
  if (!instances.some(isLive)) {
    const held = instances.filter(({ state, draining: by }) => state === 'draining' && by !== undefined);
    if (held.length === 0) return { word: 'Away', tone: 'bad', shape: 'square' };
    return held.every(({ isDrained }) => isDrained === true) ? { ...draining, word: 'Drained' } : draining;
  }
  const isFaltering = parked > 0 || instances.some(({ state }) => state === 'suspect');
  return isFaltering
    ? { word: 'Faltering', tone: 'person', shape: 'square' }
    : { word: 'Healthy', tone: 'done', shape: 'check' };
}
