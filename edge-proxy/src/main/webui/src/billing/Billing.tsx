import type { Me } from '../api/types';
import { pageHref, usePageRest } from '../app/route';
import { AccountPage } from './AccountPage';
import { Accounts } from './Accounts';
import { AuditView } from './AuditView';
import { Prices } from './Prices';

interface Props {
  readonly me: Me;
  readonly onSignedOut: () => void;
}

const PARTS = [
  ['', 'Accounts'],
  ['prices', 'Prices'],
  ['audit', 'Audit'],
] as const;

/** Accounts, prices and the audit: read by billing, changed by admins. */
export function Billing({ me, onSignedOut }: Props) {
  const rest = usePageRest();
  const admin = me.roles.includes('admin');
  if (!admin && !me.roles.includes('billing')) {
    return (
      <div className="page" data-testid="billing-refused">
        <section className="card">
          <h2 className="card-title">This page is for billing</h2>
          <p>
            Accounts, grants and prices are looked after by people with the role <code>billing</code> or <code>admin</code>; you are signed in as{' '}
            <strong>{me.account}</strong>, which has neither. What your own account used and has left is on the page <a href={pageHref('usage')}>Usage</a>.
          </p>
        </section>
      </div>
    );
  }
  const [part = '', account] = rest.split('/');
  return (
    <div className="page" data-testid="billing">
      <nav className="segments" aria-label="Parts of billing">
        {PARTS.map(([path, name]) => (
          <a key={name} href={path === '' ? pageHref('billing') : pageHref('billing', path)} aria-current={(part === 'accounts' ? '' : part) === path ? 'page' : undefined} data-testid={`billing-${name.toLowerCase()}`}>
            {name}
          </a>
        ))}
      </nav>
      {part === 'prices' ? (
        <Prices admin={admin} onSignedOut={onSignedOut} />
      ) : part === 'audit' ? (
        <AuditView onSignedOut={onSignedOut} />
      ) : part === 'accounts' && account !== undefined && account !== '' ? (
        <AccountPage key={account} account={decoded(account)} admin={admin} onSignedOut={onSignedOut} />
      ) : (
        <Accounts onSignedOut={onSignedOut} />
      )}
    </div>
  );
}

export function accountHref(account: string): string {
  return pageHref('billing', `accounts/${encodeURIComponent(account)}`);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
