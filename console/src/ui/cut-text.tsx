import styles from './cut-text.module.css';

/** Shorter texts have no middle worth cutting. */
const longest = 28;
const kept = 12;

/** One line. Where there is no room for a long text its end stays, since that is often what tells it from others. */
export function CutText({ text }: { readonly text: string }) {
  const signs = [...text];
  if (signs.length <= longest) return <span className={styles.short}>{text}</span>;
  return (
    <>
      <span className="visually-hidden">{text}</span>
      <span aria-hidden="true" className={styles.long}>
        <span className={styles.start}>{signs.slice(0, -kept).join('')}</span>
        <span>{signs.slice(-kept).join('')}</span>
      </span>
    </>
  );
}
