import { Suspense } from 'react';
import { formatCount } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { lazy } from '../ui/patient-lazy.ts';
import { StateBadge } from '../ui/state-badge.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { actorName } from './actor-name.ts';
import type { Attempt, Review, StepView } from './contract.ts';
import styles from './review-brief.module.css';
import { decisionsOf, neededApprovals, type ReviewDecision } from './review-decisions.ts';

const Markdown = lazy(() => import('../ui/markdown.tsx').then((module) => ({ default: module.Markdown })));

type ReviewStep = Pick<StepView, 'review' | 'attempts'>;

/** What a reviewer needs to decide: what to look at, where, and how many have yet to approve. */
export function ReviewBrief({ step }: { readonly step: ReviewStep }) {
  const { instructions, links = [] } = step.review ?? {};
  const attempt = step.attempts.at(-1);
  const isCounted = attempt !== undefined && neededApprovals(step) > 1;
  if (instructions === undefined && links.length === 0 && !isCounted) return null;
  return (
    <div className={styles.brief}>
      {instructions === undefined ? null : (
        <Suspense fallback={<p className={styles.plain}>{instructions}</p>}>
          <Markdown text={instructions} />
        </Suspense>
      )}
      {links.length === 0 ? null : <ReviewLinks links={links} />}
      {isCounted ? <Approvals attempt={attempt} needed={neededApprovals(step)} /> : null}
    </div>
  );
}

function ReviewLinks({ links }: { readonly links: NonNullable<Review['links']> }) {
  return (
    <ul className={styles.links} aria-label="Links">
      {links.map(({ label, url }) => (
        <li key={`${label} ${url}`}>
          {/^https?:\/\//.test(url) ? (
            <a href={url} rel="noreferrer" target="_blank">
              {label} <Icon name="outside" size={12} />
            </a>
          ) : (
            label
          )}
        </li>
      ))}
    </ul>
  );
}

function Approvals({ attempt, needed }: { readonly attempt: Attempt; readonly needed: number }) {
  const given = decisionsOf(attempt).filter(({ decision }) => decision === 'approved').length;
  const missing = needed - given;
  const isAwaited = attempt.endedAt === undefined && missing > 0;
  return (
    <p className={styles.count} role="status">
      <strong>
        {given} of {formatCount(needed, 'approval')}
      </strong>
      {isAwaited ? `; ${missing} more ${missing === 1 ? 'person has' : 'people have'} to approve.` : '.'}
    </p>
  );
}

/** Who approved or rejected, when, and with which words. */
export function Decisions({ decisions }: { readonly decisions: readonly ReviewDecision[] }) {
  if (decisions.length === 0) return null;
  return (
    <ul aria-label="Decisions">
      {decisions.map((one) => (
        <Decision key={`${one.decision} ${one.actor.id}`} {...one} />
      ))}
    </ul>
  );
}

function Decision({ decision, actor, at, comment }: ReviewDecision) {
  const who = actorName(actor);
  return (
    <li className={styles.decision}>
      <StateBadge {...decisionLook[decision]} />
      <p>
        {who === undefined ? null : `by ${who}`}
        {at === undefined ? null : (
          <span className={styles.soft}>
            {who === undefined ? '' : ', '}
            <RelativeTime at={at} />
          </span>
        )}
        {comment === undefined ? null : <span className={styles.comment}>: {comment}</span>}
      </p>
    </li>
  );
}

const decisionLook = {
  approved: { word: 'Approved', tone: 'done', shape: 'check' },
  rejected: { word: 'Rejected', tone: 'bad', shape: 'cross' },
} as const;
