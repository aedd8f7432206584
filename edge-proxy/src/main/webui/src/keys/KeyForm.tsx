import { useState, type SyntheticEvent } from 'react';
import type { KeyScope } from '../api/types';

const SCOPES: Readonly<Record<KeyScope, string>> = {
  chat: 'Chat: start, read and stop answers',
  sessions: 'Sessions: read and share them',
  usage: 'Usage: balance, usage and receipts',
  post: 'Post: an agent’s own streams, at a gateway',
};

const DAY = 24 * 3_600_000;
const LIVES: readonly (readonly [string, number | null])[] = [
  ['in 30 days', 30],
  ['in 90 days', 90],
  ['in a year', 365],
  ['never', null],
];

interface Props {
  readonly busy: boolean;
  readonly onCreate: (name: string, scopes: readonly KeyScope[], expiresAt: string | null) => void;
  readonly onCancel: () => void;
}

export function KeyForm({ busy, onCreate, onCancel }: Props) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly KeyScope[]>(['chat']);
  const [days, setDays] = useState('90');
  const ready = name.trim() !== '' && scopes.length > 0;

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!ready) return;
    onCreate(name.trim(), scopes, days === '' ? null : new Date(Date.now() + Number(days) * DAY).toISOString());
  };

  return (
    <form className="form" onSubmit={submit} aria-label="New API key" data-testid="key-form">
      <label className="field">
        <span>Name</span>
        <input type="text" value={name} maxLength={100} required autoFocus data-testid="key-name" placeholder="What it is for" onChange={(event) => setName(event.target.value)} />
      </label>
      <label className="field">
        <span>Expires</span>
        <select value={days} data-testid="key-expiry" onChange={(event) => setDays(event.target.value)}>
          {LIVES.map(([words, value]) => (
            <option key={words} value={value ?? ''}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <fieldset className="choices">
        <legend>May be used for</legend>
        {(Object.keys(SCOPES) as KeyScope[]).map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              checked={scopes.includes(scope)}
              data-testid={`scope-${scope}`}
              onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
            />{' '}
            {SCOPES[scope]}
          </label>
        ))}
      </fieldset>
      <div className="form-actions">
        <button type="submit" className="button button-primary" data-testid="create-key" disabled={busy || !ready}>
          Create key
        </button>
        <button type="button" className="button button-quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
