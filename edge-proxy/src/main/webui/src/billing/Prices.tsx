import { useCallback, useState } from 'react';
import { staff } from '../api/billing';
import { SignedOut } from '../api/problem';
import { useAsked, wordsOf } from '../api/useAsked';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { byName, typicalOf } from './price';
import { PriceForm } from './PriceForm';
import { PriceCard } from './PriceCard';

const NEW = '';

/** The price book: every price with its versions, and a new version of one. */
export function Prices({ admin, onSignedOut }: { readonly admin: boolean; readonly onSignedOut: () => void }) {
  const list = useAsked(useCallback((signal: AbortSignal) => staff.prices(signal), []), onSignedOut);
  const usage = useAsked(useCallback((signal: AbortSignal) => staff.usage({ window: 'MONTH', groupBy: 'model' }, signal), []), onSignedOut);
  /** Name of the price that gets a version; empty for a new price. */
  const [editing, edit] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);

  const histories = list.value === null ? null : byName(list.value);
  const typical = typicalOf(usage.value?.rows ?? []);
  const form = (name: string) => (
    <PriceForm
      name={name}
      before={histories?.find((one) => one.name === name)?.versions[0] ?? null}
      typical={typical}
      busy={busy}
      onCancel={() => edit(null)}
      onSet={(price, rates) => {
        setBusy(true);
        staff
          .setPrice(price, rates)
          .then(
            () => {
              setRefused(null);
              edit(null);
              list.reload();
            },
            (failure: unknown) => (failure instanceof SignedOut ? onSignedOut() : setRefused(wordsOf(failure))),
          )
          .finally(() => setBusy(false));
      }}
    />
  );

  const trouble = refused ?? list.trouble;
  return (
    <>
      <div className="card-head">
        <p className="soft">Credits per million tokens. An answer keeps the version that was in force when it began.</p>
        {admin && editing === null && (
          <button type="button" className="button small-button" data-testid="new-price" onClick={() => edit(NEW)}>
            New price
          </button>
        )}
      </div>
      {trouble !== null && <Trouble text={trouble} onRetry={refused === null ? list.reload : undefined} />}
      {histories === null && list.trouble === null && <Skeletons what="The price book" />}
      {editing === NEW && <section className="card">{form(NEW)}</section>}
      {histories?.map((history) => (
        <PriceCard key={history.name} history={history} typical={typical} onEdit={admin && history.name !== 'byok' && editing === null ? () => edit(history.name) : null}>
          {editing === history.name && form(history.name)}
        </PriceCard>
      ))}
    </>
  );
}
