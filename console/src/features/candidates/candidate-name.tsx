import { Link } from '@tanstack/react-router';
import { CutText } from '../../ui/cut-text.tsx';
import styles from './candidate-name.module.css';

interface CandidateNameProps {
  readonly migrationId: string;
  readonly candidateId: string;
}

/** Leads to the candidate. */
export function CandidateName({ migrationId, candidateId }: CandidateNameProps) {
  return (
    <Link
      to="/migrations/$migrationId/candidates/$candidateId"
      params={{ migrationId, candidateId }}
      className={styles.link}
      title={candidateId}
      data-row-link=""
    >
      <CutText text={candidateId} />
    </Link>
  );
}
