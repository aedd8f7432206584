import { useCallback, useEffect, useState } from 'react';
import { staff } from '../api/billing';
import { useAsked } from '../api/useAsked';
import { aligned } from '../credits/money';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { accountHref } from './Billing';

const GATHER_MILLIS = 250;

/** Accounts by how their names begin, a page at a time. */
export function Accounts({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const [typed, setTyped] = useState('');
  const [prefix, setPrefix] = useState('');
  const [trail, setTrail] = useState<readonly string[]>([]);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPrefix(typed.trim());
      setTrail([]);
    }, GATHER_MILLIS);
    return () => clearTimeout(timer);
  }, [typed]);

  const after = trail.at(-1) ?? '';
  const question = useCallback((signal: AbortSignal) => staff.accounts(prefix, after, signal), [prefix, after]);
  const { value, trouble, loading, reload } = useAsked(question, onSignedOut);
  const accounts = value?.accounts ?? [];
  const next = value?.next;

  return (
    <section className="card" aria-labelledby="accounts-title" aria-busy={loading}>
      <div className="card-head">
        <h2 id="accounts-title" className="card-title">
          Accounts
        </h2>
        <label className="search">
          <span className="hidden">Account name begins with</span>
          <input type="search" value={typed} placeholder="Name begins with …" data-testid="account-search" onChange={(event) => setTyped(event.target.value)} />
        </label>
      </div>
      {trouble !== null && <Trouble text={trouble} onRetry={reload} />}
      {value === null && trouble === null && <Skeletons what="The list of accounts" />}
      {value !== null && accounts.length === 0 && <p className="soft">No account has a name that begins so. An account exists once somebody has signed in or was given credit.</p>}
      {accounts.length > 0 && (
        <div className="table-frame">
          <table className="data-table" data-testid="accounts">
            <caption className="hidden">Accounts by name</caption>
            <thead>
              <tr>
                <th scope="col">Account</th>
                <th scope="col" className="figure">
                  Balance
                </th>
                <th scope="col" className="figure wide-only">
                  Held
                </th>
                <th scope="col" className="figure">
                  Available
                </th>
                <th scope="col" className="figure wide-only">
                  Running
                </th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((one) => (
                <tr key={one.account} data-testid="account-row" data-account={one.account}>
                  <th scope="row">
                    <a href={accountHref(one.account)} className="row-name">
                      {one.account}
                    </a>
                  </th>
                  <td className="figure">{aligned(one.balanceMicro)}</td>
                  <td className="figure wide-only">{aligned(one.heldMicro)}</td>
                  <td className="figure">{aligned(one.availableMicro)}</td>
                  <td className="figure wide-only">{one.openStreams}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(trail.length > 0 || next !== undefined) && (
        <div className="pager">
          <button type="button" className="button button-quiet small-button" disabled={trail.length === 0} onClick={() => setTrail(trail.slice(0, -1))}>
            Back
          </button>
          <span className="soft">Page {trail.length + 1}</span>
          <button type="button" className="button button-quiet small-button" disabled={next === undefined} onClick={() => next !== undefined && setTrail([...trail, next])}>
            More
          </button>
        </div>
      )}
    </section>
  );
}
