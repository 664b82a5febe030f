import { Suspense, useState } from 'react';
import type { FileChange } from '../../shared/contract.ts';
import type { FileDiff } from '../../ui/diff/file-diff.ts';
import { formatNumber } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { lazy } from '../../ui/patient-lazy.ts';
import { ChangeCount } from './change-count.tsx';
import styles from './file-change-view.module.css';
import type { DiffLayout } from './preview-search.ts';

const DiffView = lazy(() =>
  import('../../ui/diff/diff-view.tsx').then((module) => ({ default: module.DiffView })),
);

interface FileChangeViewProps {
  readonly change: FileChange;
  /** `null` where the content was left out; nothing until it is compared. */
  readonly diff: FileDiff | null | undefined;
  readonly layout: DiffLayout;
}

/** A longer difference is opened by hand. */
const linesOpened = 400;

const words = { new: 'New', modified: 'Modified', deleted: 'Deleted', renamed: 'Renamed' } as const;

export function FileChangeView({ change, diff, layout }: FileChangeViewProps) {
  const [opened, setOpened] = useState<boolean>();
  const lines = diff === null || diff === undefined ? 0 : diff.added + diff.removed;
  const isOpen = opened ?? lines <= linesOpened;
  return (
    <article className={styles.file}>
      <h4 className={styles.header}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={isOpen}
          onClick={() => setOpened(!isOpen)}
        >
          <Icon name={isOpen ? 'down' : 'right'} size={14} />
          <span className={styles.path}>
            {change.previousPath === undefined ? '' : `${change.previousPath} → `}
            {change.path}
          </span>
        </button>
        <span className={styles.status}>{words[change.status]}</span>
        {diff === null || diff === undefined ? null : (
          <ChangeCount added={diff.added} removed={diff.removed} />
        )}
      </h4>
      {isOpen ? <Body change={change} diff={diff} layout={layout} /> : null}
      {!isOpen && opened === undefined ? (
        <p className={styles.note}>
          {formatNumber(lines)} changed lines are folded away; open the file to see them.
        </p>
      ) : null}
    </article>
  );
}

function Body({ change, diff, layout }: FileChangeViewProps) {
  if (change.note !== undefined) return <p className={styles.note}>{change.note}</p>;
  if (diff === undefined) return <Loading what={`the difference of ${change.path}`} lines={2} />;
  if (diff === null) return <p className={styles.note}>The content was left out.</p>;
  if (diff.hunks.length === 0) return <p className={styles.note}>The content stays the same.</p>;
  return (
    <Suspense fallback={<Loading what={`the difference of ${change.path}`} lines={3} />}>
      <DiffView
        path={change.path}
        before={change.before ?? ''}
        hunks={diff.hunks}
        kind={change.status}
        layout={kindLayout(change, layout)}
      />
    </Suspense>
  );
}

/** A file that is all new or all gone has no other side. */
function kindLayout(change: FileChange, layout: DiffLayout): DiffLayout {
  return change.status === 'new' || change.status === 'deleted' ? 'unified' : layout;
}
