import type { EffectOfStep } from '../../shared/contract.ts';
import { pullRequestName } from '../../shared/pull-request-name.ts';
import { outcomeLook } from '../../shared/state-look.ts';
import { formatCount } from '../../ui/format.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { StateShape } from '../../ui/state-shape.tsx';
import styles from './effect-list.module.css';
import type { Effects } from './use-effects.ts';

/** What will be undone, in order, and what stays and why. */
export function EffectList({ undone, remaining }: Effects) {
  if (undone.length === 0 && remaining.length === 0) {
    return <p className={styles.soft}>No step has changed anything, so nothing is left behind.</p>;
  }
  return (
    <div className={styles.effects}>
      {undone.length === 0 ? null : (
        <section className={styles.part}>
          <h3 className={styles.title}>
            Undone, {formatCount(undone.length, 'step')}
            {undone.length === 1 ? '' : ' in this order'}
          </h3>
          <ol className={styles.list} tabIndex={0} aria-label="Undone, in this order">
            {undone.map((effect, index) => (
              <Effect key={effect.stepName} effect={effect} mark={String(index + 1)} />
            ))}
          </ol>
        </section>
      )}
      {remaining.length === 0 ? null : (
        <section className={styles.part}>
          <h3 className={styles.title}>Stays as it is, {formatCount(remaining.length, 'step')}</h3>
          <ul className={styles.list} tabIndex={0} aria-label="Stays as it is">
            {remaining.map((effect) => (
              <Effect key={effect.stepName} effect={effect} mark={<StateShape shape="dash" size={14} />} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Effect({ effect, mark }: { readonly effect: EffectOfStep; readonly mark: React.ReactNode }) {
  const { stepName, group, description, outcome, prUrl, why } = effect;
  return (
    <li className={styles.effect}>
      <span className={styles.mark} aria-hidden="true">
        {mark}
      </span>
      <span>
        <span className={styles.name}>{stepName}</span>
        {group === undefined ? null : <span className={styles.soft}> in {group}</span>}
      </span>
      <StateBadge {...outcomeLook(outcome)} />
      {description === undefined && why === undefined && prUrl === undefined ? null : (
        <span className={styles.rest}>
          {[description, why].filter((text) => text !== undefined).join(' ')}
          {prUrl === undefined ? null : (
            <>
              {' '}
              <a href={prUrl} rel="noreferrer" target="_blank">
                Pull request {pullRequestName(prUrl)}
              </a>
            </>
          )}
        </span>
      )}
    </li>
  );
}
