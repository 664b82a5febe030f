import 'react-diff-view/style/index.css';
import { useMemo } from 'react';
import { Decoration, Diff, Hunk, type HunkData } from 'react-diff-view';
import styles from './diff-view.module.css';
import { highlight } from './highlight.ts';

export interface DiffViewProps {
  readonly path: string;
  readonly before: string;
  readonly hunks: HunkData[];
  readonly kind: 'new' | 'modified' | 'deleted' | 'renamed';
  readonly layout: 'split' | 'unified';
}

const types = { new: 'add', modified: 'modify', deleted: 'delete', renamed: 'rename' } as const;

export function DiffView({ path, before, hunks, kind, layout }: DiffViewProps) {
  const tokens = useMemo(() => highlight(hunks, path, before), [hunks, path, before]);
  return (
    <Diff
      viewType={layout}
      diffType={types[kind]}
      hunks={hunks}
      tokens={tokens}
      className={styles.diff ?? ''}
      optimizeSelection
    >
      {(shown) =>
        shown.flatMap((hunk, index) => [
          ...(index > 0 ? [<Gap key={`gap ${hunk.content}`} hunk={hunk} />] : []),
          <Hunk key={hunk.content} hunk={hunk} />,
        ])
      }
    </Diff>
  );
}

function Gap({ hunk }: { readonly hunk: HunkData }) {
  return (
    <Decoration className={styles.gap ?? ''}>
      <span>Line {hunk.newStart}</span>
    </Decoration>
  );
}
