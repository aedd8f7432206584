const MICRO = 1_000_000n;

/**
 * Micro-credits as credits, exact or rounded half up to `digits`; trailing zeros go, but for two decimals. Whole integers
 * throughout: money is never a floating point number.
 */
export function credits(micro: string, digits = 4): string {
  const value = BigInt(micro);
  const sign = value < 0n ? '-' : '';
  const unit = 10n ** BigInt(6 - digits);
  const rounded = ((value < 0n ? -value : value) + unit / 2n) / unit;
  const scale = MICRO / unit;
  const whole = (rounded / scale).toLocaleString('en-US');
  const fraction = digits === 0 ? '' : (rounded % scale).toString().padStart(digits, '0').replace(/0+$/, '').padEnd(2, '0');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A cost is never rounded to nothing: small ones keep all six decimals. */
export function cost(micro: string): string {
  const value = BigInt(micro);
  return value !== 0n && value < 1_000n && value > -1_000n ? credits(micro, 6) : credits(micro);
}

/** For a figure that changes in place: all decimals or two, so that its width does not jump. */
export function steady(micro: string): string {
  const words = credits(micro);
  const decimals = words.length - 1 - words.indexOf('.');
  return decimals === 2 && words.endsWith('00') ? words : words.padEnd(words.length + 4 - decimals, '0');
}

export type Level = 'fine' | 'low' | 'empty';

/** Below a tenth of a credit it is time to say so. */
export function level(micro: string): Level {
  const value = BigInt(micro);
  return value <= 0n ? 'empty' : value < MICRO / 10n ? 'low' : 'fine';
}

/** Every digit: what stands in a ledger, on a receipt and in a table. */
export function exact(micro: string): string {
  return credits(micro, 6);
}

/** The same with all six decimals, so that figures in a column stand under each other. */
export function aligned(micro: string): string {
  const words = exact(micro);
  return words.padEnd(words.indexOf('.') + 7, '0');
}

/** Micro-credits of an amount that somebody typed, such as `12.5`; null if it is none, or finer than a micro-credit. */
export function parseCredits(text: string): string | null {
  const found = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (found === null) return null;
  return (BigInt(found[1] ?? '0') * MICRO + BigInt((found[2] ?? '').padEnd(6, '0'))).toString();
}
