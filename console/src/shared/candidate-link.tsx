import { Link } from '@tanstack/react-router';

interface CandidateLinkProps {
  readonly migrationId: string;
  readonly candidateId: string;
  /** The one that is meant; the newest when left out. */
  readonly runId?: string | undefined;
  readonly className?: string | undefined;
}

/** The name of a candidate, which leads to its run. */
export function CandidateLink({ migrationId, candidateId, runId, className }: CandidateLinkProps) {
  return (
    <Link
      to="/migrations/$migrationId/candidates/$candidateId"
      params={{ migrationId, candidateId }}
      search={runId === undefined ? {} : { run: runId }}
      className={className}
    >
      {candidateId}
    </Link>
  );
}
