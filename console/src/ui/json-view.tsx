import styles from './json-view.module.css';

type JsonValue = unknown;

/** Free JSON as names and values; what is nested stands as formatted text, links can be followed. */
export function JsonView({ value }: { readonly value: Readonly<Record<string, JsonValue>> }) {
  return (
    <dl className={styles.list}>
      {Object.entries(value).map(([name, entry]) => (
        <div key={name} className={styles.entry}>
          <dt>{name}</dt>
          <dd>{render(entry)}</dd>
        </div>
      ))}
    </dl>
  );
}

function render(value: JsonValue) {
  if (typeof value === 'object' && value !== null)
    return inline(value) ?? <pre>{JSON.stringify(value, null, 2)}</pre>;
  if (typeof value === 'string' && /^https?:\/\//.test(value)) {
    return (
      <a href={value} rel="noreferrer" target="_blank">
        {value}
      </a>
    );
  }
  return String(value);
}

const mostInline = 4;

/** A short list or object of plain values, as a phrase. */
function inline(value: object): string | undefined {
  const entries = Object.entries(value);
  const isPlain = entries.every(([, entry]) => typeof entry !== 'object' || entry === null);
  if (!isPlain || entries.length === 0 || entries.length > mostInline) return undefined;
  return entries
    .map(([name, entry]) => (Array.isArray(value) ? String(entry) : `${name} ${String(entry)}`))
    .join(', ');
}
