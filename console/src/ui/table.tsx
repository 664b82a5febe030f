import type { ReactNode } from 'react';
import styles from './table.module.css';

export interface TableColumn {
  readonly name: string;
  /** Figures stand at the right, so that they line up. */
  readonly isNumber?: boolean;
  /** Where what stands in it explains itself; those who listen are told the name all the same. */
  readonly isNameHidden?: boolean;
  /** As CSS; the rest is shared by the columns without one. */
  readonly width?: string;
}

interface TableProps {
  /** What its rows are. */
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  /** One like it stands above, whose head says it for both; those who listen are told it in each. */
  readonly isHeadHidden?: boolean;
  /** Its rows, each a {@link TableRow}. */
  readonly children: ReactNode;
}

/** On a phone each row becomes a block; the roles keep it a table for those who listen. */
export function Table({ caption, columns, isHeadHidden = false, children }: TableProps) {
  return (
    <table role="table" className={styles.table}>
      <caption className="visually-hidden">{caption}</caption>
      <thead role="rowgroup" data-hidden={isHeadHidden || undefined}>
        <tr role="row">
          {columns.map(({ name, isNumber, isNameHidden, width }) => (
            <th
              key={name}
              role="columnheader"
              scope="col"
              data-number={isNumber || undefined}
              style={{ width }}
            >
              {isNameHidden || isHeadHidden ? <span className="visually-hidden">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
}

export function TableRow({ children }: { readonly children: ReactNode }) {
  return (
    <tr role="row" className={styles.row}>
      {children}
    </tr>
  );
}

/** What names the row. */
export function RowHead({ children }: { readonly children: ReactNode }) {
  return (
    <th role="rowheader" scope="row" className={styles.head}>
      {children}
    </th>
  );
}

interface CellProps {
  /** Stands before the value on a phone, where the column has no head. */
  readonly label?: string;
  readonly isNumber?: boolean;
  /** Does not matter first. */
  readonly isSoft?: boolean;
  /** Holds what can be done, which on a phone stands where a thumb looks for it. */
  readonly isAction?: boolean;
  readonly children: ReactNode;
}

export function Cell({ label, isNumber, isSoft, isAction, children }: CellProps) {
  return (
    <td
      role="cell"
      className={styles.cell}
      data-label={label}
      data-number={isNumber || undefined}
      data-soft={isSoft || undefined}
      data-action={isAction || undefined}
    >
      {children}
    </td>
  );
}
