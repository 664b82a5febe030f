import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CandidateLink } from '../../shared/candidate-link.tsx';
import type { FailureCluster } from '../../shared/contract.ts';
import { failuresQuery } from '../../shared/failures-query.ts';
import { QueryView } from '../../shared/query-view.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatCount } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Section } from '../../ui/section.tsx';
import { Age, RelativeTime } from '../../ui/time.tsx';
import styles from './failures-section.module.css';

/** What candidates fail with, the same step and the same message as one. */
export function FailuresSection({ migrationId }: { readonly migrationId: string }) {
  const query = useInfiniteQuery(failuresQuery(migrationId));
  return (
    <Section
      title="Failing now"
      aside={<AllFailing migrationId={migrationId} kinds={query.data?.total ?? 0} />}
    >
      <QueryView query={query} what="what fails" lines={4}>
        {({ items, total }) =>
          items.length === 0 ? (
            <EmptyState title="Nothing waits for a person after a failure">
              Runs that fail the same way will stand here together.
            </EmptyState>
          ) : (
            <>
              <ul className={styles.clusters}>
                {items.map((cluster) => (
                  <Cluster key={cluster.fingerprint} migrationId={migrationId} cluster={cluster} />
                ))}
              </ul>
              {query.hasNextPage ? (
                <LoadMore onLoad={query.fetchNextPage} progress={{ shown: items.length, total }}>
                  Show rarer failures
                </LoadMore>
              ) : null}
            </>
          )
        }
      </QueryView>
    </Section>
  );
}

function AllFailing({ migrationId, kinds }: { readonly migrationId: string; readonly kinds: number }) {
  if (kinds < 2) return null;
  return (
    <Link
      to="/migrations/$migrationId"
      params={{ migrationId }}
      search={{ failure: 'any' }}
      className={buttonClass({ look: 'quiet', size: 'small' })}
    >
      Show all that fail
    </Link>
  );
}

interface ClusterProps {
  readonly migrationId: string;
  readonly cluster: FailureCluster;
}

function Cluster({ migrationId, cluster }: ClusterProps) {
  const { fingerprint, stepName, failureClass, message, count, candidates, firstAt, lastAt } = cluster;
  const others = count - candidates.length;
  return (
    <li className={styles.cluster}>
      <h3 className={styles.head}>
        <Link
          to="/migrations/$migrationId"
          params={{ migrationId }}
          search={{ failure: fingerprint }}
          className={styles.link}
          data-row-link=""
        >
          {formatCount(count, 'candidate')} at {stepName}
        </Link>
        {failureClass === undefined ? null : <span className={styles.class}>{failureClass}</span>}
      </h3>
      <p className={styles.since}>
        <span>
          for <Age at={firstAt} />
        </span>
        {count > 1 ? (
          <span>
            {' · last '}
            <RelativeTime at={lastAt} />
          </span>
        ) : null}
      </p>
      <Message text={message} />
      <p className={styles.candidates}>
        {candidates.map((candidateId, index) => (
          <span key={candidateId}>
            {index === 0 ? '' : ', '}
            <CandidateLink migrationId={migrationId} candidateId={candidateId} />
          </span>
        ))}
        {others > 0 ? ` and ${formatCount(others, 'other')}` : ''}
      </p>
    </li>
  );
}

const longestLine = 280;

/** Its beginning, and the whole of it on demand. */
function Message({ text }: { readonly text: string }) {
  const [first = '', ...rest] = text.trim().split('\n');
  if (rest.length === 0 && first.length <= longestLine) return <p className={styles.message}>{first}</p>;
  return (
    <div>
      <p className={styles.message}>{first.slice(0, longestLine)}…</p>
      <Disclosure summary="The whole message">
        <pre className={styles.whole}>{text}</pre>
      </Disclosure>
    </div>
  );
}
