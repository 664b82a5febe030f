import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';

export const runViews = ['events', 'candidate'] as const;

export interface RunSearch {
  /** An older run; the newest when left out. */
  readonly run?: string;
  readonly step?: string;
  /** What stands at the right; the selected step when left out. */
  readonly view?: (typeof runViews)[number];
}

export function parseRunSearch(search: SearchRecord): RunSearch {
  const run = textParam(search, 'run');
  const step = textParam(search, 'step');
  const view = oneOfParam(search, 'view', runViews);
  return {
    ...(run !== undefined && { run }),
    ...(step !== undefined && { step }),
    ...(view !== undefined && { view }),
  };
}
