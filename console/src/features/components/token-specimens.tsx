import { Row, Specimen } from './specimen.tsx';
import styles from './token-specimens.module.css';

const surfaces = ['page', 'raised', 'sunken', 'hover', 'selected'] as const;
const lines = ['line', 'line-button', 'line-strong'] as const;
const inks = ['ink', 'ink-soft', 'ink-faint', 'accent'] as const;
const tones = ['idle', 'progress', 'person', 'bad', 'done'] as const;
const sizes = ['xs', 'sm', 'md', 'lg', 'xl'] as const;
const spaces = [1, 2, 3, 4, 5, 6, 7] as const;
const corners = ['radius', 'radius-large'] as const;

/** The tokens that every component is built from. */
export function TokenSpecimens() {
  return (
    <>
      <Specimen
        name="Colour"
        use="Surfaces and ink are neutral. One accent; five tones that each say a state."
      >
        <Row label="Surfaces and lines">
          {[...surfaces, ...lines].map((name) => (
            <Swatch key={name} name={name} />
          ))}
        </Row>
        <Row label="Ink and accent">
          {inks.map((name) => (
            <span key={name} style={{ color: `var(--${name})` }}>
              {name}
            </span>
          ))}
        </Row>
        <Row label="Tones">
          {tones.map((name) => (
            <span
              key={name}
              className={styles.tone}
              style={{ color: `var(--${name})`, background: `var(--${name}-wash)` }}
            >
              {name}
            </span>
          ))}
        </Row>
      </Specimen>
      <Specimen
        name="Type, space, corners and motion"
        use="Five sizes of one face, figures of one width, a rhythm of quarters. What opens moves once, for 120 ms, and not at all where the system asks for no motion."
      >
        <Row label="Sizes">
          {sizes.map((size) => (
            <span key={size} style={{ fontSize: `var(--text-${size})` }}>
              {size} 0123
            </span>
          ))}
          <code>mono 0123</code>
        </Row>
        <Row label="Space">
          {spaces.map((step) => (
            <span key={step} className={styles.space} style={{ width: `var(--space-${step})` }}>
              <span className="visually-hidden">Space {step}</span>
            </span>
          ))}
        </Row>
        <Row label="Corners">
          {corners.map((name) => (
            <span key={name} className={styles.swatch}>
              <span className={styles.colour} style={{ borderRadius: `var(--${name})` }} />
              {name}
            </span>
          ))}
        </Row>
      </Specimen>
    </>
  );
}

function Swatch({ name }: { readonly name: string }) {
  return (
    <span className={styles.swatch}>
      <span className={styles.colour} style={{ background: `var(--${name})` }} />
      {name}
    </span>
  );
}
