import { type SearchRecord, textParam } from '../../shared/search-params.ts';

export interface WorkersSearch {
  /** The instance that is open, and its worker app: instances of two apps may have one name. */
  readonly app?: string;
  readonly instance?: string;
}

export function parseWorkersSearch(search: SearchRecord): WorkersSearch {
  const app = textParam(search, 'app');
  const instance = textParam(search, 'instance');
  return app === undefined || instance === undefined ? {} : { app, instance };
}
