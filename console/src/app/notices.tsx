import { useSyncExternalStore } from 'react';
import { noticeBoard } from '../shared/notices.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './notices.module.css';

/** What just succeeded, said and shown for some seconds. */
export function Notices() {
  const notices = useSyncExternalStore(noticeBoard.subscribe, noticeBoard.current);
  return (
    <div role="status" className={styles.board}>
      {notices.map((notice) => (
        <p key={notice.id} className={styles.notice}>
          {notice.text}
          <button type="button" aria-label="Dismiss" onClick={() => noticeBoard.dismiss(notice.id)}>
            <Icon name="close" size={14} />
          </button>
        </p>
      ))}
    </div>
  );
}
