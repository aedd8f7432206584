import { useCallback, useState } from 'react';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'weir.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'auto';
}

/** Puts the choice where the style sheet looks; `auto` follows the system. */
export function applyTheme(theme: Theme = stored()): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function useTheme(): readonly [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(stored);
  const next = useCallback(() => {
    setTheme((present) => {
      const chosen = NEXT[present];
      localStorage.setItem(KEY, chosen);
      applyTheme(chosen);
      return chosen;
    });
  }, []);
  return [theme, next];
}
