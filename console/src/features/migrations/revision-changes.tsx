import type { FieldDifference, NamedDifference, RevisionDifference } from '../../shared/contract.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import styles from './revision-changes.module.css';
import { changeLooks, placeWords, valueText, wordsOfPath } from './revision-words.ts';

/** Steps, inputs and label keys that differ, field by field with before and after. */
export function RevisionChanges({ difference }: { readonly difference: RevisionDifference }) {
  const { steps, requiredInputs, labelKeys } = difference;
  const labels: NamedDifference[] = (['added', 'removed'] as const).flatMap((change) =>
    labelKeys[change].map((name) => ({ name, change, fields: [] })),
  );
  const parts = [
    { title: 'Steps', items: steps },
    { title: 'Required inputs', items: requiredInputs },
    { title: 'Labels', items: labels },
  ].filter(({ items }) => items.length > 0);
  if (parts.length === 0)
    return <EmptyState title="Nothing differs">Both have the same steps, inputs and labels.</EmptyState>;
  return (
    <div className={styles.parts}>
      {parts.map(({ title, items }) => (
        <section key={title}>
          <h3 className={styles.title}>{title}</h3>
          <ul className={styles.items}>
            {items.map((item) => (
              <Change key={item.name} item={item} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Change({ item }: { readonly item: NamedDifference }) {
  const place = placeWords(item);
  return (
    <li className={styles.item}>
      <p className={styles.head}>
        <span className={styles.badge}>
          <StateBadge {...changeLooks[item.change]} />
        </span>
        <strong className={styles.name}>{item.name}</strong>
        {place === undefined ? null : <span className={styles.place}>{place}</span>}
      </p>
      {item.fields.length === 0 ? null : (
        <dl className={styles.fields}>
          {item.fields.map((field) => (
            <Field key={field.path} field={field} />
          ))}
        </dl>
      )}
    </li>
  );
}

function Field({ field }: { readonly field: FieldDifference }) {
  const { change } = field;
  return (
    <div className={styles.field}>
      <dt>{wordsOfPath(field.path)}</dt>
      <dd className={styles.values}>
        {change === 'added' ? null : <Value of="before" value={field.before} />}
        {change === 'removed' ? null : <Value of="after" value={field.after} />}
      </dd>
    </div>
  );
}

/** The word is for those who do not see the colour; the sign for everybody. */
function Value({ of, value }: { readonly of: 'before' | 'after'; readonly value: unknown }) {
  const isBefore = of === 'before';
  return (
    <div className={styles.value} data-of={of}>
      <span aria-hidden="true" className={styles.sign}>
        {isBefore ? '−' : '+'}
      </span>
      <span className="visually-hidden">{of}: </span>
      <code>{valueText(value)}</code>
    </div>
  );
}
