export { reconcile } from './reconcile.ts';
export { runCandidate } from './run-candidate.ts';
