import type { Audit, Invariant } from '../api/types';

export type Standing = 'holds' | 'violated' | 'skipped';

export const STANDING_WORDS: Readonly<Record<Standing, string>> = { holds: 'Holds', violated: 'Violated', skipped: 'Skipped' };
export const STANDING_CLASSES: Readonly<Record<Standing, string>> = { holds: '', violated: 'state-bad', skipped: 'state-alone' };

/** What was not looked at is never said to hold. */
export function standing(invariant: Invariant): Standing {
  if (invariant.violations === undefined) return 'skipped';
  if (invariant.violations > 0) return 'violated';
  return invariant.state === undefined || invariant.state === 'checked' ? 'holds' : 'skipped';
}

export function verdict(audit: Audit): { readonly well: boolean; readonly words: string } {
  const count = (state: Standing): number => audit.invariants.filter((one) => standing(one) === state).length;
  const violated = count('violated');
  const skipped = count('skipped');
  const broken = audit.chain?.brokenAt !== undefined || BigInt(audit.overspentEverMicro ?? '0') !== 0n;
  if (violated > 0 || broken) {
    return { well: false, words: violated > 0 ? `${violated} of ${audit.invariants.length} invariants are violated. This is an alarm.` : 'The ledger is not as it must be. This is an alarm.' };
  }
  const holds = `${count('holds')} of ${audit.invariants.length} invariants hold`;
  return { well: true, words: skipped === 0 ? `All ${holds.replace(/^(\d+) of \1 /, '$1 ')}.` : `${holds}; ${skipped} could not be checked.` };
}
