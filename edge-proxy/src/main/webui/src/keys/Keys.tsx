import { useCallback, useState } from 'react';
import { mine } from '../api/billing';
import { SignedOut } from '../api/problem';
import type { ApiKey } from '../api/types';
import { useAsked, wordsOf } from '../api/useAsked';
import { Skeletons } from '../ui/Skeletons';
import { Trouble } from '../ui/Trouble';
import { KeyForm } from './KeyForm';
import { KeyTable } from './KeyTable';
import { NewKey } from './NewKey';

/** The account's API keys: make one, see when they were used, delete one. */
export function Keys({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const list = useAsked(useCallback((signal: AbortSignal) => mine.keys(signal), []), onSignedOut);
  const [made, setMade] = useState<ApiKey | null>(null);
  const [making, setMaking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);

  const run = (work: Promise<unknown>): void => {
    setBusy(true);
    work
      .then(
        () => {
          setRefused(null);
          list.reload();
        },
        (failure: unknown) => (failure instanceof SignedOut ? onSignedOut() : setRefused(wordsOf(failure))),
      )
      .finally(() => setBusy(false));
  };

  const keys = list.value?.filter((key) => key.revokedAt === undefined);
  const trouble = refused ?? list.trouble;
  return (
    <section className="card" aria-labelledby="keys-title" aria-busy={list.loading} data-testid="keys">
      <div className="card-head">
        <h2 id="keys-title" className="card-title">
          API keys
        </h2>
        {!making && (
          <button type="button" className="button small-button" data-testid="new-key" onClick={() => setMaking(true)}>
            New key
          </button>
        )}
      </div>
      <p className="soft">
        For programs: <code>Authorization: Bearer wk_…</code> in the place of a token.
      </p>
      {trouble !== null && <Trouble text={trouble} onRetry={refused === null ? list.reload : undefined} />}
      {making && (
        <KeyForm
          busy={busy}
          onCancel={() => setMaking(false)}
          onCreate={(name, scopes, expiresAt) =>
            run(
              mine.createKey(name, scopes, expiresAt).then((key) => {
                setMade(key);
                setMaking(false);
              }),
            )
          }
        />
      )}
      {made?.key !== undefined && <NewKey name={made.name} secret={made.key} onDone={() => setMade(null)} />}
      {keys === undefined && list.trouble === null && <Skeletons what="The list of keys" />}
      {keys?.length === 0 && !making && <p className="soft">There are no keys.</p>}
      {keys !== undefined && keys.length > 0 && <KeyTable keys={keys} busy={busy} onDelete={(key) => run(mine.deleteKey(key.keyId))} />}
    </section>
  );
}
