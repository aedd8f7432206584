import type { UsageRow } from '../api/types';
import { cost } from '../credits/money';

export const DAYS_OF_LATE = 7;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Runway {
  readonly words: string;
  /** At which rate, and since when that is known. */
  readonly basis: string;
  readonly short: boolean;
}

/**
 * How long the credit lasts if it goes on as it did of late.
 *
 * @param rows sums by hour of the last seven days, oldest first; less time counts where the first use was later
 */
export function runwayOf(availableMicro: string, rows: readonly UsageRow[], now: Date): Runway {
  const available = BigInt(availableMicro);
  const spent = rows.reduce((sum, row) => sum + BigInt(row.chargeMicro), 0n);
  const first = rows[0];
  if (first === undefined || spent <= 0n) {
    return { words: available <= 0n ? 'Used up' : 'No end in sight', basis: `nothing spent in the last ${DAYS_OF_LATE} days`, short: available <= 0n };
  }
  // An hour at least: the very first answer says nothing about a month. A first use on the first of the seven days is most
  // likely not the first ever.
  const since = now.getTime() - Date.parse(first.start);
  const elapsed = since > (DAYS_OF_LATE - 1) * DAY ? DAYS_OF_LATE * DAY : Math.max(HOUR, since);
  const perDay = (spent * BigInt(DAY)) / BigInt(elapsed);
  const span = elapsed === DAYS_OF_LATE * DAY ? `the last ${DAYS_OF_LATE} days` : elapsed < 2 * HOUR ? 'the last hour' : `the last ${time(BigInt(elapsed))}`;
  const basis = `at ${cost(perDay.toString())} a day, as in ${span}`;
  if (available <= 0n) {
    return { words: 'Used up', basis, short: true };
  }
  const left = (available * BigInt(elapsed)) / spent;
  return { words: time(left), basis, short: left < BigInt(3 * DAY) };
}

function time(millis: bigint): string {
  const hours = millis / BigInt(HOUR);
  if (hours < 1n) return 'less than an hour';
  if (hours < 48n) return hours === 1n ? '1 hour' : `${hours} hours`;
  const days = hours / 24n;
  if (days < 120n) return `${days} days`;
  return days < 730n ? `${days / 30n} months` : days < 36_500n ? `${days / 365n} years` : 'over a century';
}
