import { Link } from '@tanstack/react-router';
import styles from './candidate-name.module.css';

interface CandidateNameProps {
  readonly migrationId: string;
  readonly candidateId: string;
}

/** Shorter names are never cut in a table. */
const longest = 28;
const kept = 12;

/** Leads to the candidate. Where a long name is cut its end stays, since that is often what tells it from others. */
export function CandidateName({ migrationId, candidateId }: CandidateNameProps) {
  const signs = [...candidateId];
  const isLong = signs.length > longest;
  return (
    <Link
      to="/migrations/$migrationId/candidates/$candidateId"
      params={{ migrationId, candidateId }}
      className={styles.link}
      title={candidateId}
      aria-label={isLong ? candidateId : undefined}
      data-long={isLong || undefined}
      data-row-link=""
    >
      {isLong ? (
        <>
          <span className={styles.start}>{signs.slice(0, -kept).join('')}</span>
          <span>{signs.slice(-kept).join('')}</span>
        </>
      ) : (
        candidateId
      )}
    </Link>
  );
}
