import { useSyncExternalStore } from 'react';
import { applyTheme, currentTheme, subscribeToTheme, themes } from './theme.ts';
import styles from './theme-menu.module.css';

const words = { system: 'System theme', light: 'Light theme', dark: 'Dark theme' } as const;

export function ThemeMenu() {
  const theme = useSyncExternalStore(subscribeToTheme, currentTheme);
  return (
    <select
      aria-label="Theme"
      className={styles.select}
      value={theme}
      onChange={(event) => applyTheme(themes.find((known) => known === event.target.value) ?? 'system')}
    >
      {themes.map((id) => (
        <option key={id} value={id}>
          {words[id]}
        </option>
      ))}
    </select>
  );
}
