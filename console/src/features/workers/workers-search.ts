import { oneOfParam, type SearchRecord, textParam } from '../../shared/search-params.ts';
import { type WorkerFilter, workerFilters } from './worker-filters.ts';

export interface WorkersSearch {
  readonly is?: WorkerFilter;
  /** The instance that is open, and its worker app: instances of two apps may have one name. */
  readonly app?: string;
  readonly instance?: string;
}

export function parseWorkersSearch(search: SearchRecord): WorkersSearch {
  const is = oneOfParam(search, 'is', workerFilters);
  const app = textParam(search, 'app');
  const instance = textParam(search, 'instance');
  return {
    ...(is !== undefined && { is }),
    ...(app !== undefined && instance !== undefined && { app, instance }),
  };
}
