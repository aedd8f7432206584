import { AutoIcon, MoonIcon, SunIcon } from './icons';
import { useTheme, type Theme } from './theme';

const ICONS: Readonly<Record<Theme, () => React.JSX.Element>> = { auto: AutoIcon, light: SunIcon, dark: MoonIcon };
const WORDS: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };

export function ThemeToggle() {
  const [theme, next] = useTheme();
  const Picture = ICONS[theme];
  const label = `Appearance: ${WORDS[theme]}. Change it`;
  return (
    <button type="button" className="icon-button" data-testid="theme" onClick={next} aria-label={label} title={label}>
      <Picture />
    </button>
  );
}
