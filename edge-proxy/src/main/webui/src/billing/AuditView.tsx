import { useCallback } from 'react';
import { staff } from '../api/billing';
import type { Audit, Invariant } from '../api/types';
import { useAsked } from '../api/useAsked';
import { exact } from '../credits/money';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { moment } from '../usage/span';
import { standing, STANDING_CLASSES, STANDING_WORDS, verdict } from './audit';

/** The ledger checked against itself: every invariant, the chain of seals, and whether anybody ever spent what was not there. */
export function AuditView({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const { value, trouble, loading, reload } = useAsked(useCallback((signal: AbortSignal) => staff.audit(signal), []), onSignedOut);
  return (
    <section className="card" aria-labelledby="audit-title" aria-busy={loading} data-testid="audit">
      <div className="card-head">
        <h2 id="audit-title" className="card-title">
          Audit
        </h2>
        <button type="button" className="button small-button" data-testid="audit-again" disabled={loading} onClick={reload}>
          Check again
        </button>
      </div>
      {trouble !== null && <Trouble text={trouble} />}
      {value === null && trouble === null && <Skeletons what="The audit" />}
      {value !== null && <Report audit={value} />}
    </section>
  );
}

function Report({ audit }: { readonly audit: Audit }) {
  const { words, well } = verdict(audit);
  return (
    <>
      <p className={well ? 'verdict' : 'verdict verdict-bad'} role="status" data-testid="verdict" data-well={well}>
        {words}
      </p>
      <dl className="figures">
        <div>
          <dt>Last checked</dt>
          <dd data-testid="audit-checked">{moment(audit.checkedAt)}</dd>
        </div>
        <div className={BigInt(audit.overspentEverMicro ?? '0') > 0n ? 'figure-short' : undefined}>
          <dt>Overspent ever</dt>
          <dd data-testid="overspent" data-micro={audit.overspentEverMicro}>
            {audit.overspentEverMicro === undefined ? 'not told' : BigInt(audit.overspentEverMicro) === 0n ? 'never' : `${exact(audit.overspentEverMicro)} credits`}
          </dd>
        </div>
        {audit.chain !== undefined && (
          <div className={audit.chain.brokenAt === undefined ? undefined : 'figure-short'}>
            <dt>Seals</dt>
            <dd data-testid="chain">{audit.chain.brokenAt === undefined ? 'unbroken' : `broken at entry ${audit.chain.brokenAt}`}</dd>
            <dd className="soft">
              verified up to entry {audit.chain.verifiedUpTo.toLocaleString('en-US')} of {audit.chain.sealedUpTo.toLocaleString('en-US')}
              {audit.chain.verifiedAt === undefined ? '' : `, ${moment(audit.chain.verifiedAt)}`}
            </dd>
          </div>
        )}
      </dl>
      <ul className="invariants">
        {audit.invariants.map((one) => (
          <Line key={one.id} invariant={one} />
        ))}
      </ul>
    </>
  );
}

function Line({ invariant }: { readonly invariant: Invariant }) {
  const state = standing(invariant);
  return (
    <li className="invariant" data-testid="invariant" data-id={invariant.id} data-standing={state}>
      <span className="invariant-id">{invariant.id}</span>
      <span className="invariant-words">
        {invariant.statement}
        {invariant.detail !== undefined && <span className="row-sub">{invariant.detail}</span>}
        {state === 'skipped' && <span className="row-sub">last checked: {invariant.checkedAt === undefined ? 'never' : moment(invariant.checkedAt)}</span>}
        {invariant.violatedAt !== undefined && <span className="row-sub">last violated {moment(invariant.violatedAt)}</span>}
      </span>
      <span className={`state ${STANDING_CLASSES[state]}`}>{state === 'violated' ? `${invariant.violations} violations` : STANDING_WORDS[state]}</span>
    </li>
  );
}
