import { cost } from '../credits/money';
import type { Turn } from './turns';

export interface Figures {
  readonly tokens: number | null;
  readonly inputTokens: number | null;
  readonly firstTokenMillis: number | null;
  readonly cost: string | null;
  readonly settled: boolean;
}

/** What stands under an answer: the receipt where there is one, else what was told on the way. */
export function figuresOf(turn: Turn): Figures {
  const { receipt, usage } = turn;
  const closed = receipt?.endReason !== undefined || receipt?.state === 'settled';
  const told = closed ? receipt : null;
  const micro = told?.chargeMicro ?? usage.costMicro ?? null;
  return {
    tokens: told?.tokens.output ?? usage.outputTokens ?? null,
    inputTokens: told?.tokens.input ?? null,
    firstTokenMillis: seenFirstToken(turn) ?? receiptFirstToken(turn),
    cost: micro === null ? null : cost(micro),
    settled: told?.state === 'settled',
  };
}

export function duration(millis: number): string {
  return millis < 9_950 ? `${(millis / 1000).toFixed(millis < 995 ? 2 : 1)} s` : `${Math.round(millis / 1000)} s`;
}

/** As the person in front of this page saw it. */
function seenFirstToken({ askedAt, firstTextAt }: Turn): number | null {
  return askedAt === null || firstTextAt === null ? null : firstTextAt - askedAt;
}

function receiptFirstToken({ receipt }: Turn): number | null {
  const first = receipt?.firstTokenAt === undefined ? NaN : Date.parse(receipt.firstTokenAt);
  const millis = receipt === null ? NaN : first - Date.parse(receipt.startedAt);
  return Number.isFinite(millis) && millis >= 0 ? millis : null;
}
