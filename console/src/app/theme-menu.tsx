import { useState } from 'react';
import { applyTheme, currentTheme, themes } from './theme.ts';
import styles from './theme-menu.module.css';

const words = { system: 'System', light: 'Light', dark: 'Dark' } as const;

export function ThemeMenu() {
  const [theme, setTheme] = useState(currentTheme);
  return (
    <select
      aria-label="Theme"
      className={styles.select}
      value={theme}
      onChange={(event) => {
        const chosen = themes.find((known) => known === event.target.value) ?? 'system';
        applyTheme(chosen);
        setTheme(chosen);
      }}
    >
      {themes.map((id) => (
        <option key={id} value={id}>
          {words[id]}
        </option>
      ))}
    </select>
  );
}
