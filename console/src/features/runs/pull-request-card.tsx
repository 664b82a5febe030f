import type { PullRequestFacts } from '../../shared/contract.ts';
import type { Check, Review } from '../../shared/pull-request-facts.ts';
import { pullRequestName } from '../../shared/pull-request-name.ts';
import { Disclosure } from '../../ui/disclosure.tsx';
import { formatNumber } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { RelativeTime } from '../../ui/time.tsx';
import styles from './pull-request-card.module.css';
import {
  checkLook,
  checksInWords,
  mergeInWords,
  pullRequestLook,
  reviewLook,
  sizeInWords,
} from './pull-request-look.ts';

/** A pull request with what stands between it and its merge, as the worker last saw it. */
export function PullRequestCard({ facts }: { readonly facts: PullRequestFacts }) {
  const { url, number, title, repository, base, head, checks, reviews, updatedAt } = facts;
  const merge = mergeInWords(facts);
  const failed = checks?.some(({ state }) => state === 'failed') ?? false;
  return (
    <section className={styles.card} aria-label={`Pull request #${number}`}>
      <header className={styles.header}>
        <a href={url} rel="noreferrer" target="_blank" className={styles.title}>
          {title}
        </a>
        <StateBadge {...pullRequestLook(facts)} />
      </header>
      <p className={styles.soft}>
        {repository === undefined ? pullRequestName(url) : `${repository}#${number}`}
        {head === undefined || base === undefined ? null : (
          <>
            , from <code>{head}</code> into <code>{base}</code>
          </>
        )}
      </p>
      <p className={styles.soft}>
        <Size facts={facts} />
        {updatedAt === undefined ? null : (
          <>
            Changed <RelativeTime at={updatedAt} />.
          </>
        )}
      </p>
      {merge === undefined ? null : (
        <p>
          <StateBadge
            {...(facts.mergeable === 'conflicts' ? checkLook.failed : checkLook.passed)}
            word={merge}
          />
        </p>
      )}
      {checks === undefined ? null : checks.length === 0 ? (
        <p className={styles.soft}>No checks.</p>
      ) : (
        <Disclosure summary={`Checks: ${checksInWords(facts)}`} isOpen={failed}>
          <ul className={styles.list}>
            {checks.map((check, index) => (
              // Two checks may have one name.
              <CheckLine key={`${check.name} ${index}`} check={check} />
            ))}
          </ul>
        </Disclosure>
      )}
      {reviews === undefined ? null : reviews.length === 0 ? (
        <p className={styles.soft}>Nobody has reviewed it.</p>
      ) : (
        <ul className={styles.list} aria-label="Reviews">
          {reviews.map((review) => (
            <ReviewLine key={review.author} review={review} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Size({ facts }: { readonly facts: PullRequestFacts }) {
  const { additions, deletions } = facts;
  const files = sizeInWords(facts);
  if (files === undefined) return null;
  return (
    <>
      {files}
      {additions === undefined || deletions === undefined ? null : (
        <>
          , <span className={styles.added}>+{formatNumber(additions)}</span>{' '}
          <span className={styles.removed}>−{formatNumber(deletions)}</span>
        </>
      )}
      .{' '}
    </>
  );
}

function CheckLine({ check: { name, state, url } }: { readonly check: Check }) {
  return (
    <li className={styles.line}>
      <StateBadge {...checkLook[state]} />
      {url === undefined ? (
        <span>{name}</span>
      ) : (
        <a href={url} rel="noreferrer" target="_blank">
          {name}
        </a>
      )}
    </li>
  );
}

function ReviewLine({ review: { author, state } }: { readonly review: Review }) {
  return (
    <li className={styles.line}>
      <StateBadge {...reviewLook[state]} />
      <span>{author}</span>
    </li>
  );
}
