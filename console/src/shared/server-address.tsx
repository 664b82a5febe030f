import { CopyButton } from '../ui/copy-button.tsx';
import styles from './server-address.module.css';

/** What a worker is started with so that it announces itself here. */
export function ServerAddress() {
  const setting = `LOOM_SERVER_URL=${location.origin}`;
  return (
    <p className={styles.address}>
      <code>{setting}</code>
      <CopyButton text={setting}>Copy</CopyButton>
    </p>
  );
}
