import { oneOfParam, type SearchRecord, someOfParam, textParam } from '../../shared/search-params.ts';

export const timelineSources = ['person', 'api', 'engine', 'worker', 'git', 'forge', 'webhook'] as const;
export type TimelineSource = (typeof timelineSources)[number];

export const timelineOutcomes = ['succeeded', 'failed', 'waiting', 'noted'] as const;
export type TimelineOutcome = (typeof timelineOutcomes)[number];

export interface TimelineSearch {
  readonly id?: string;
  /** All of them when left out. */
  readonly source?: readonly TimelineSource[];
  readonly outcome?: readonly TimelineOutcome[];
  /** Left out for the newest first. */
  readonly order?: 'oldest';
  readonly live?: 'off';
}

export function parseTimelineSearch(search: SearchRecord): TimelineSearch {
  const id = textParam(search, 'id')?.trim();
  const source = someOfParam(search, 'source', timelineSources);
  const outcome = someOfParam(search, 'outcome', timelineOutcomes);
  const order = oneOfParam(search, 'order', ['oldest'] as const);
  const live = oneOfParam(search, 'live', ['off'] as const);
  return {
    ...(id !== undefined && id !== '' && { id }),
    ...(source.length > 0 && { source }),
    ...(outcome.length > 0 && { outcome }),
    ...(order !== undefined && { order }),
    ...(live !== undefined && { live }),
  };
}
