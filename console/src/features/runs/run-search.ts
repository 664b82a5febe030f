import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';

export const runViews = ['events', 'candidate'] as const;

export interface RunSearch {
  /** An older run; the newest when left out. */
  readonly run?: string;
  readonly step?: string;
  /** What stands at the right; the selected step when left out. */
  readonly view?: (typeof runViews)[number];
  /** Two attempts of the step side by side, counted from 1: `1-2`. */
  readonly compare?: string;
}

export function parseRunSearch(search: SearchRecord): RunSearch {
  const run = textParam(search, 'run');
  const step = textParam(search, 'step');
  const compare = textParam(search, 'compare');
  const view = oneOfParam(search, 'view', runViews);
  return {
    ...(run !== undefined && { run }),
    ...(step !== undefined && { step }),
    ...(view !== undefined && { view }),
    ...(compare !== undefined && /^[1-9]\d{0,4}-[1-9]\d{0,4}$/.test(compare) && { compare }),
  };
}
