import 'react-diff-view/style/index.css';
import { useEffect, useMemo, useState } from 'react';
import { Decoration, Diff, Hunk, type HunkData } from 'react-diff-view';
import styles from './diff-view.module.css';
import { highlight, isLearnt, learn } from './highlight.ts';

export interface DiffViewProps {
  readonly path: string;
  readonly before: string;
  readonly hunks: HunkData[];
  readonly kind: 'new' | 'modified' | 'deleted' | 'renamed';
  readonly layout: 'split' | 'unified';
}

const types = { new: 'add', modified: 'modify', deleted: 'delete', renamed: 'rename' } as const;

export function DiffView({ path, before, hunks, kind, layout }: DiffViewProps) {
  const isColoured = useLearnt(path);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- what is learnt meanwhile colours them
  const tokens = useMemo(() => highlight(hunks, path, before), [hunks, path, before, isColoured]);
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

/** Whether the language of the file is there; what changed can be read before it is. */
function useLearnt(path: string): boolean {
  const [, setLearnt] = useState(path);
  const isThere = isLearnt(path);
  useEffect(() => {
    if (isThere) return;
    let isShown = true;
    void learn(path).then(() => isShown && setLearnt(`${path} learnt`));
    return () => {
      isShown = false;
    };
  }, [path, isThere]);
  return isThere;
}

function Gap({ hunk }: { readonly hunk: HunkData }) {
  return (
    <Decoration className={styles.gap ?? ''}>
      <span>Line {hunk.newStart}</span>
    </Decoration>
  );
}
