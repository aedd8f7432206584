/** A stretch of time that the page shows, divided into windows. */
export type SpanName = 'day' | 'week' | 'month' | 'quarter' | 'year';

export interface Span {
  readonly name: SpanName;
  readonly window: 'HOUR' | 'DAY' | 'MONTH';
  readonly from: Date;
  /** The first instant behind it. */
  readonly to: Date;
  /** Where each window begins. */
  readonly starts: readonly Date[];
  readonly timeZone: string;
}

export const SPANS: Readonly<Record<SpanName, string>> = {
  day: '24 hours',
  week: '7 days',
  month: '30 days',
  quarter: '90 days',
  year: '12 months',
};

const HOUR = 3_600_000;
const QUARTER_OF_HOUR = HOUR / 4;
const DAYS: Readonly<Partial<Record<SpanName, number>>> = { week: 7, month: 30, quarter: 90 };

/** The stretch that ends now, in the windows of this machine's time zone. */
export function spanOf(name: SpanName, now: Date, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone): Span {
  // Metering answers fastest for stretches that begin and end on a quarter of an hour, and every window does.
  const to = new Date((Math.floor(now.getTime() / QUARTER_OF_HOUR) + 1) * QUARTER_OF_HOUR);
  const starts = startsOf(name, now);
  return { name, window: name === 'day' ? 'HOUR' : name === 'year' ? 'MONTH' : 'DAY', from: starts[0] ?? now, to, starts, timeZone };
}

function startsOf(name: SpanName, now: Date): Date[] {
  if (name === 'day') {
    const hour = new Date(now);
    hour.setMinutes(0, 0, 0);
    return Array.from({ length: 24 }, (_, at) => new Date(hour.getTime() - (23 - at) * HOUR));
  }
  if (name === 'year') {
    return Array.from({ length: 12 }, (_, at) => new Date(now.getFullYear(), now.getMonth() - 11 + at, 1));
  }
  const days = DAYS[name] ?? 30;
  // By the calendar and not by 24 hours: days are longer or shorter where clocks change.
  return Array.from({ length: days }, (_, at) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - (days - 1) + at));
}

/** How metering is asked for it. */
export function questionOf(span: Span): Record<string, string> {
  return { from: span.from.toISOString(), to: span.to.toISOString(), timeZone: span.timeZone, window: span.window };
}

/** Single records go back 100 days at most. */
export function recordsOf(span: Span): Record<string, string> {
  const earliest = span.to.getTime() - 100 * 24 * HOUR;
  return { from: new Date(Math.max(span.from.getTime(), earliest)).toISOString(), to: span.to.toISOString() };
}

const FORMATS = {
  HOUR: new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false }),
  DAY: new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' }),
  MONTH: new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric' }),
} as const;

export function label(start: Date, window: Span['window']): string {
  return FORMATS[window].format(start);
}

const NEAR = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });
const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** The same for a narrow column: the time of this year's, the year of others'. */
export function shortMoment(at: string, now = new Date()): string {
  const time = new Date(at);
  return (time.getFullYear() === now.getFullYear() ? NEAR : DATE).format(time);
}

/** A day, where the time of it does not matter. */
export function day(at: string): string {
  return DATE.format(new Date(at));
}

const MOMENT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', hour12: false });

/** A point in time, in words that need no context. */
export function moment(at: string): string {
  return MOMENT.format(new Date(at));
}
