import type { InspectionKind } from '../../shared/contract.ts';
import { oneOfParam, type SearchRecord, textParam, textParams } from '../../shared/search-params.ts';
import { inspectionKinds } from './inspector/inspection-kinds.ts';

export const runViews = ['events', 'candidate', 'inspector'] as const;

export interface RunSearch {
  /** An older run; the newest when left out. */
  readonly run?: string;
  readonly step?: string;
  /** What stands at the right; the selected step when left out. */
  readonly view?: (typeof runViews)[number];
  /** Two attempts of the step side by side, counted from 1: `1-2`. */
  readonly compare?: string;
  /** Of events in the inspector; the usual ones when left out. */
  readonly shows?: readonly InspectionKind[];
}

export function parseRunSearch(search: SearchRecord): RunSearch {
  const run = textParam(search, 'run');
  const step = textParam(search, 'step');
  const compare = textParam(search, 'compare');
  const asked = textParams(search, 'shows');
  const shows = inspectionKinds.filter((one) => asked.includes(one));
  const view = oneOfParam(search, 'view', runViews);
  return {
    ...(run !== undefined && { run }),
    ...(step !== undefined && { step }),
    ...(view !== undefined && { view }),
    ...(shows.length > 0 && { shows }),
    ...(compare !== undefined && /^[1-9]\d{0,4}-[1-9]\d{0,4}$/.test(compare) && { compare }),
  };
}
