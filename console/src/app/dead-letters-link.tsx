import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { deadLetterCountQuery } from '../shared/dead-letter-count-query.ts';
import { formatNumber } from '../ui/format.ts';
import styles from './dead-letters-link.module.css';

/** In the navigation while there are any; the palette leads there always. */
export function DeadLettersLink() {
  const { data: count = 0 } = useQuery(deadLetterCountQuery);
  if (count === 0) return null;
  return (
    <Link to="/dead-letters" activeOptions={{ includeSearch: false }}>
      Dead letters <span className={styles.count}>{formatNumber(count)}</span>
    </Link>
  );
}
