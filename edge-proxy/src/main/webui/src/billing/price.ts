import type { PriceVersion, Rates, Tokens, UsageRow } from '../api/types';

/** Largest price of a token, in nano-credits. */
export const MOST_NANO = 1_000_000_000;

export type TokenRate = 'inputNano' | 'cachedNano' | 'cacheWriteNano' | 'outputNano' | 'reasoningNano';

export const RATE_NAMES: Readonly<Record<TokenRate, string>> = {
  inputNano: 'Input',
  cachedNano: 'Cached input',
  cacheWriteNano: 'Cache write',
  outputNano: 'Output',
  reasoningNano: 'Reasoning',
};

/** What totals cost, in micro-credits: metering's own function, rounded up once. */
export function charge(rates: Rates, tokens: Tokens): string {
  if (tokens.input === 0 && tokens.output === 0) return '0';
  const parts: readonly (readonly [number, number])[] = [
    [tokens.input - tokens.cached - tokens.cacheWrite, rates.inputNano],
    [tokens.cached, rates.cachedNano],
    [tokens.cacheWrite, rates.cacheWriteNano],
    [tokens.output - tokens.reasoning, rates.outputNano],
    [tokens.reasoning, rates.reasoningNano],
  ];
  const nano = parts.reduce((sum, [count, rate]) => sum + BigInt(count) * BigInt(rate), 0n);
  return ((nano + 999n) / 1000n + BigInt(rates.requestMicro)).toString();
}

export interface Typical {
  readonly tokens: Tokens;
  /** Answers that it is the mean of; 0 where it is made up. */
  readonly answers: number;
}

const MADE_UP: Tokens = { input: 1_000, cached: 0, cacheWrite: 0, output: 500, reasoning: 0 };

/** The mean of the answers in these sums. */
export function typicalOf(rows: readonly UsageRow[]): Typical {
  const answers = rows.reduce((sum, row) => sum + row.streams, 0);
  if (answers === 0) return { tokens: MADE_UP, answers: 0 };
  const mean = (of: keyof Tokens): number => Math.max(0, Math.round(rows.reduce((sum, row) => sum + row.tokens[of], 0) / answers));
  return { tokens: { input: mean('input'), cached: mean('cached'), cacheWrite: mean('cacheWrite'), output: mean('output'), reasoning: mean('reasoning') }, answers };
}

export interface PriceHistory {
  readonly name: string;
  /** Newest first; the first is in force. */
  readonly versions: readonly PriceVersion[];
}

/** In the order of the book, the fixed price of people's own keys last. */
export function byName(prices: readonly PriceVersion[]): readonly PriceHistory[] {
  const names = new Map<string, PriceVersion[]>();
  for (const price of prices) names.set(price.name, [price, ...(names.get(price.name) ?? [])]);
  const ours = (name: string): number => (name === 'byok' ? 1 : 0);
  return [...names].toSorted(([a], [b]) => ours(a) - ours(b)).map(([name, versions]) => ({ name, versions: versions.toSorted((a, b) => b.version - a.version) }));
}

/** Nano-credits for a token as credits for a million of them, which is how people say it: exact, three decimals at most. */
export function perMillion(nano: number): string {
  const thousandths = BigInt(nano);
  const whole = (thousandths / 1000n).toLocaleString('en-US');
  const fraction = (thousandths % 1000n).toString().padStart(3, '0').replace(/0+$/, '').padEnd(2, '0');
  return `${whole}.${fraction}`;
}
