import { useSyncExternalStore } from 'react';
import { noticeBoard } from '../shared/notices.ts';
import { Toast } from '../ui/toast.tsx';
import styles from './notices.module.css';

/** What just succeeded, said and shown for some seconds. */
export function Notices() {
  const notices = useSyncExternalStore(noticeBoard.subscribe, noticeBoard.current);
  return (
    <div role="status" data-notices="" className={styles.board}>
      {notices.map(({ id, text, tone }) => (
        <Toast key={id} text={text} tone={tone} onDismiss={() => noticeBoard.dismiss(id)} />
      ))}
    </div>
  );
}
