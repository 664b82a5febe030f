import type { RequiredInput } from '../../shared/contract.ts';
import { isRequired, labelOf, typeOf } from '../../shared/inputs-draft.ts';
import styles from './required-inputs-table.module.css';

export function RequiredInputsTable({ inputs }: { readonly inputs: readonly RequiredInput[] }) {
  if (inputs.length === 0) return <p className={styles.none}>A run needs no inputs.</p>;
  return (
    <dl className={styles.inputs}>
      {inputs.map((input) => (
        <div key={input.name}>
          <dt>
            {labelOf(input)} <code>{input.name}</code>
          </dt>
          <dd>
            {[typeOf(input), isRequired(input) ? 'required' : 'optional', limits(input)]
              .filter(Boolean)
              .join(' · ')}
          </dd>
          {input.description === undefined ? null : <dd>{input.description}</dd>}
        </div>
      ))}
    </dl>
  );
}

function limits(input: RequiredInput): string {
  const parts: string[] = [];
  if (input.enum !== undefined) parts.push(`one of ${input.enum.join(', ')}`);
  if (input.pattern !== undefined) parts.push(`fits ${input.pattern}`);
  if (input.default !== undefined) parts.push(`“${input.default}” when not given`);
  return parts.join(' · ');
}
