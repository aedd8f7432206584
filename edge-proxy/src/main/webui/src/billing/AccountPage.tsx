import { useCallback, useState } from 'react';
import { staff } from '../api/billing';
import { SignedOut } from '../api/problem';
import type { Grant, GrantTerms } from '../api/types';
import { pageHref } from '../app/route';
import { newId } from '../app/ids';
import { useAsked, wordsOf } from '../api/useAsked';
import { exact } from '../credits/money';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { GrantForm } from './GrantForm';
import { GrantTable } from './GrantTable';

interface Props {
  readonly account: string;
  readonly admin: boolean;
  readonly onSignedOut: () => void;
}

/** One account: what it has, what it was given, and giving it more. */
export function AccountPage({ account, admin, onSignedOut }: Props) {
  const view = useAsked(useCallback((signal: AbortSignal) => staff.account(account, signal), [account]), onSignedOut);
  const grants = useAsked(useCallback((signal: AbortSignal) => staff.grants(account, signal), [account]), onSignedOut);
  // One key for one intention: what is sent again after a lost answer is granted once.
  const [key, setKey] = useState(newId);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [said, say] = useState('');

  const run = (work: Promise<unknown>, done: string): void => {
    setBusy(true);
    work
      .then(
        () => {
          setRefused(null);
          say(done);
          setKey(newId());
          view.reload();
          grants.reload();
        },
        (failure: unknown) => (failure instanceof SignedOut ? onSignedOut() : setRefused(wordsOf(failure))),
      )
      .finally(() => setBusy(false));
  };
  const grant = (terms: GrantTerms): void => run(staff.grant(account, terms, key), `${exact(terms.amountMicro)} credits granted.`);
  const takeBack = (one: Grant): void => run(staff.voidGrant(account, one.grantId), 'The grant was taken back.');

  const trouble = refused ?? view.trouble ?? grants.trouble;
  return (
    <>
      <div>
        <a href={pageHref('billing')} className="back">
          All accounts
        </a>
        <h2 className="page-title" data-testid="account-title">
          {account}
        </h2>
      </div>
      <dl className="figures" aria-busy={view.loading}>
        {(
          [
            ['Balance', view.value?.balanceMicro, 'account-balance'],
            ['Held for running answers', view.value?.heldMicro, 'account-held'],
            ['Available', view.value?.availableMicro, 'account-available'],
          ] as const
        ).map(([name, micro, id]) => (
          <div key={id}>
            <dt>{name}</dt>
            <dd data-testid={id} data-micro={micro}>
              {micro === undefined ? '…' : exact(micro)}
            </dd>
          </div>
        ))}
      </dl>
      {trouble !== null && <Trouble text={trouble} onRetry={refused === null ? grants.reload : undefined} />}
      <p className="hidden" role="status">
        {said}
      </p>
      {admin && (
        <section className="card" aria-labelledby="grant-title">
          <h3 id="grant-title" className="card-title">
            Grant credit
          </h3>
          <GrantForm key={key} busy={busy} onGrant={grant} />
        </section>
      )}
      <section className="card" aria-labelledby="grants-title" aria-busy={grants.loading}>
        <h3 id="grants-title" className="card-title">
          Grants
        </h3>
        {grants.value === null && grants.trouble === null && <Skeletons what="The list of grants" />}
        {grants.value?.length === 0 && <p className="soft">This account was given nothing yet.</p>}
        {grants.value !== null && grants.value.length > 0 && <GrantTable grants={grants.value} admin={admin} busy={busy} onVoid={takeBack} />}
      </section>
    </>
  );
}
