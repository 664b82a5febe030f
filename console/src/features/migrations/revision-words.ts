import type { NamedDifference } from '../../shared/contract.ts';
import type { Look } from '../../shared/state-look.ts';

export const changeLooks: Readonly<Record<NamedDifference['change'], Look>> = {
  added: { word: 'Added', tone: 'done', shape: 'check' },
  removed: { word: 'Removed', tone: 'bad', shape: 'cross' },
  changed: { word: 'Changed', tone: 'progress', shape: 'half' },
  moved: { word: 'Moved', tone: 'idle', shape: 'back' },
};

/** Where it stands, counted as people do: "as number 3", "from number 3 to 5". */
export function placeWords({ indexBefore, indexAfter }: NamedDifference): string | undefined {
  if (indexBefore === undefined) return indexAfter === undefined ? undefined : `as number ${indexAfter + 1}`;
  if (indexAfter === undefined) return `was number ${indexBefore + 1}`;
  return indexBefore === indexAfter ? undefined : `from number ${indexBefore + 1} to ${indexAfter + 1}`;
}

/** A JSON Pointer as words: `/config/a~1b` is "config › a/b". */
export function wordsOfPath(path: string): string {
  const parts = path.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join(' › ');
}

/** Text as it is; anything else as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value;
  const line = JSON.stringify(value);
  return line !== undefined && line.length > 80 ? JSON.stringify(value, null, 2) : String(line);
}
