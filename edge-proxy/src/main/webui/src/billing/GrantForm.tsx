import { useState, type SyntheticEvent } from 'react';
import type { Grant, GrantTerms } from '../api/types';
import { parseCredits } from '../credits/money';

interface Props {
  readonly busy: boolean;
  readonly onGrant: (terms: GrantTerms) => void;
}

/** Times are those of the person's own clock and zone; empty means at once, and never. */
export function GrantForm({ busy, onGrant }: Props) {
  const [amount, setAmount] = useState('');
  const [kind, setKind] = useState<Grant['kind']>('purchased');
  const [priority, setPriority] = useState('100');
  const [begins, setBegins] = useState('');
  const [ends, setEnds] = useState('');
  const [note, setNote] = useState('');
  const micro = parseCredits(amount);
  const positive = micro !== null && BigInt(micro) > 0n;
  const wrong = amount !== '' && !positive;

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!positive) return;
    onGrant({
      amountMicro: micro,
      kind,
      priority: Number(priority),
      ...(begins === '' ? {} : { effectiveAt: new Date(begins).toISOString() }),
      ...(ends === '' ? {} : { expiresAt: new Date(ends).toISOString() }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    });
  };

  return (
    <form className="form" onSubmit={submit} data-testid="grant-form">
      <label className="field">
        <span>Credits</span>
        <input
          type="text"
          inputMode="decimal"
          value={amount}
          required
          placeholder="25.00"
          aria-invalid={wrong}
          aria-describedby={wrong ? 'amount-wrong' : undefined}
          data-testid="grant-amount"
          onChange={(event) => setAmount(event.target.value)}
        />
        {wrong && (
          <span id="amount-wrong" className="field-wrong">
            A positive number with at most six decimals, such as 12.5
          </span>
        )}
      </label>
      <label className="field">
        <span>Kind</span>
        <select value={kind} data-testid="grant-kind" onChange={(event) => setKind(event.target.value as Grant['kind'])}>
          <option value="purchased">Purchased</option>
          <option value="promotional">Promotional</option>
        </select>
      </label>
      <label className="field">
        <span>Priority (lower is used first)</span>
        <input type="number" min={0} max={1000} step={1} required value={priority} data-testid="grant-priority" onChange={(event) => setPriority(event.target.value)} />
      </label>
      <label className="field">
        <span>Begins (empty: at once)</span>
        <input type="datetime-local" value={begins} onChange={(event) => setBegins(event.target.value)} />
      </label>
      <label className="field">
        <span>Expires (empty: never)</span>
        <input type="datetime-local" value={ends} data-testid="grant-expiry" onChange={(event) => setEnds(event.target.value)} />
      </label>
      <label className="field field-wide">
        <span>Note</span>
        <input type="text" maxLength={200} value={note} placeholder="Invoice, reason" data-testid="grant-note" onChange={(event) => setNote(event.target.value)} />
      </label>
      <div className="form-actions">
        <button type="submit" className="button button-primary" data-testid="grant" disabled={busy || !positive}>
          Grant
        </button>
      </div>
    </form>
  );
}
