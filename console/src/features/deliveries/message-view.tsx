import type { DeliveryMessage } from '../../shared/contract.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatNumber } from '../../ui/format.ts';
import styles from './message-view.module.css';

interface MessageViewProps {
  readonly title: string;
  readonly message: DeliveryMessage;
}

/** Headers and body of one side of an exchange. */
export function MessageView({ title, message }: MessageViewProps) {
  const { headers, bytes, isTruncated, isRedacted } = message;
  const body = prettyJson(message.body);
  const names = Object.keys(headers);
  return (
    <section className={styles.message} aria-label={title}>
      <header className={styles.head}>
        <h3>{title}</h3>
        {body === '' ? null : <CopyButton text={body}>Copy body</CopyButton>}
      </header>
      {names.length === 0 ? null : (
        <dl className={styles.headers}>
          {names.map((name) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{headers[name]}</dd>
            </div>
          ))}
        </dl>
      )}
      {body === '' ? (
        <p className={styles.note}>
          {isTruncated ? `The body was too large to keep: ${formatNumber(bytes)} bytes.` : 'No body.'}
        </p>
      ) : (
        <pre
          tabIndex={0}
          aria-label={`Body of the ${title.toLowerCase()}`}
          className={styles.body}
          data-wraps={body === message.body || undefined}
        >
          {body}
        </pre>
      )}
      {isRedacted || (isTruncated && body !== '') ? (
        <p className={styles.note}>
          {isTruncated ? `Of ${formatNumber(bytes)} bytes the first 16 KB are kept. ` : ''}
          {isRedacted ? 'Secrets are left out.' : ''}
        </p>
      ) : null}
    </section>
  );
}

/** As people read it; what is no JSON, or only the beginning of some, stays as it is. */
function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
