import type { UsageRow } from '../api/types';

/** Models that get a colour of their own; what else there was is one more. */
export const MOST_MODELS = 5;
export const OTHERS = 'other models';
export const UNNAMED = 'unnamed';

export interface ModelSum {
  readonly model: string;
  readonly micro: bigint;
  readonly streams: number;
  readonly output: number;
}

export interface Column {
  readonly start: Date;
  readonly micro: bigint;
  readonly streams: number;
  /** By model, in the order of `Spending.models`. */
  readonly parts: readonly bigint[];
}

/** What was spent in a span, by window and model. Sums of whole micro-credits throughout. */
export interface Spending {
  readonly micro: bigint;
  readonly streams: number;
  readonly output: number;
  /** Largest first, the others last. */
  readonly models: readonly ModelSum[];
  readonly columns: readonly Column[];
}

interface Sum {
  micro: bigint;
  streams: number;
  output: number;
}

const none = (): Sum => ({ micro: 0n, streams: 0, output: 0 });

function add(sum: Sum, row: UsageRow): void {
  sum.micro += BigInt(row.chargeMicro);
  sum.streams += row.streams;
  sum.output += row.tokens.output;
}

export function spendingOf(rows: readonly UsageRow[], starts: readonly Date[]): Spending {
  const models = named(rows);
  const shown = new Map(models.map((one, at) => [one.model, at]));
  const columns = starts.map((start) => ({ start, ...none(), parts: models.map(() => 0n) }));
  for (const row of rows) {
    const column = columns[columnOf(Date.parse(row.start), starts)];
    if (column === undefined) continue;
    add(column, row);
    const at = shown.get(row.model ?? UNNAMED) ?? models.length - 1;
    column.parts[at] = (column.parts[at] ?? 0n) + BigInt(row.chargeMicro);
  }
  const whole = none();
  for (const row of rows) add(whole, row);
  return { ...whole, models, columns };
}

/** The last window that begins by then. */
function columnOf(at: number, starts: readonly Date[]): number {
  return Math.max(0, starts.findLastIndex((start) => start.getTime() <= at));
}

function named(rows: readonly UsageRow[]): ModelSum[] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const model = row.model ?? UNNAMED;
    const sum = sums.get(model) ?? none();
    add(sum, row);
    sums.set(model, sum);
  }
  const sorted = [...sums].sort(([a, x], [b, y]) => (y.micro > x.micro ? 1 : y.micro < x.micro ? -1 : a.localeCompare(b)));
  const all = sorted.map(([model, sum]) => ({ model, ...sum }));
  if (all.length <= MOST_MODELS) return all;
  const rest = all.slice(MOST_MODELS).reduce((sum, one) => ({
    model: OTHERS,
    micro: sum.micro + one.micro,
    streams: sum.streams + one.streams,
    output: sum.output + one.output,
  }));
  return [...all.slice(0, MOST_MODELS), { ...rest, model: OTHERS }];
}

/** A round figure at or above the largest: the top of an axis. One, two or five times a power of ten. */
export function ceiling(micro: bigint): bigint {
  let power = 1n;
  while (power * 10n < micro) power *= 10n;
  for (const step of [1n, 2n, 5n]) {
    if (step * power >= micro) return step * power;
  }
  return 10n * power;
}

/** A share of a whole in pixels: the only place where money becomes a length. */
export function pixels(part: bigint, whole: bigint, length: number): number {
  return whole <= 0n ? 0 : (Number((part * 100_000n) / whole) / 100_000) * length;
}
