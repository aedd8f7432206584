const DAY_MILLIS = 86_400_000;

export type Age = 'Today' | 'Yesterday' | 'This week' | 'Earlier';

/** Under which heading something of that time stands, by the calendar days of this machine. */
export function ageOf(iso: string, now: Date): Age {
  const startOfToday = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const at = Date.parse(iso);
  if (Number.isNaN(at) || at >= startOfToday) return 'Today';
  if (at >= startOfToday - DAY_MILLIS) return 'Yesterday';
  return at >= startOfToday - 6 * DAY_MILLIS ? 'This week' : 'Earlier';
}
