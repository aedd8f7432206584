import { useState, type SyntheticEvent } from 'react';
import type { PriceVersion, Rates, Tokens } from '../api/types';
import { cost, exact, parseCredits } from '../credits/money';
import { charge, MOST_NANO, perMillion, RATE_NAMES, type TokenRate, type Typical } from './price';

const RATES = Object.keys(RATE_NAMES) as TokenRate[];
const NAME = '(?!byok$)[a-z0-9][a-z0-9._\\-]{0,63}';

interface Props {
  /** Empty for a new price. */
  readonly name: string;
  readonly before: PriceVersion | null;
  readonly typical: Typical;
  readonly busy: boolean;
  readonly onSet: (name: string, rates: Rates) => void;
  readonly onCancel: () => void;
}

/** Nano-credits for a token, of credits for a million; null if it is no price. */
function nanoOf(text: string): number | null {
  const micro = parseCredits(text);
  if (micro === null || BigInt(micro) % 1000n !== 0n) return null;
  const nano = BigInt(micro) / 1000n;
  return nano > BigInt(MOST_NANO) ? null : Number(nano);
}

/** A new version of a price, with what it would do to a typical answer before it is set. */
export function PriceForm({ name, before, typical, busy, onSet, onCancel }: Props) {
  const [called, setCalled] = useState(name);
  const [typed, setTyped] = useState<Readonly<Record<TokenRate, string>>>(() => Object.fromEntries(RATES.map((rate) => [rate, before === null ? '0' : perMillion(before[rate]).replaceAll(',', '')])) as Record<TokenRate, string>);
  const [request, setRequest] = useState(before === null ? '0' : exact(before.requestMicro).replaceAll(',', ''));
  const [counts, setCounts] = useState<Tokens | null>(null);
  const tokens = counts ?? typical.tokens;

  const nanos = RATES.map((rate) => nanoOf(typed[rate]));
  const requestMicro = parseCredits(request);
  const rates = requestMicro === null || nanos.some((nano) => nano === null) ? null : ({ ...Object.fromEntries(RATES.map((rate, at) => [rate, nanos[at]])), requestMicro } as Rates);
  const after = rates === null ? null : charge(rates, tokens);

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (rates !== null) onSet(called, rates);
  };
  const count = (of: 'input' | 'output', text: string): void => {
    const value = Math.min(10_000_000, Math.max(0, Math.floor(Number(text)) || 0));
    // Parts of a total are no larger than it.
    const parts = of === 'input' ? { cached: Math.min(tokens.cached, value), cacheWrite: Math.min(tokens.cacheWrite, Math.max(0, value - tokens.cached)) } : { reasoning: Math.min(tokens.reasoning, value) };
    setCounts({ ...tokens, ...parts, [of]: value });
  };

  return (
    <form className="form" onSubmit={submit} aria-label={name === '' ? 'New price' : `New version of ${name}`} data-testid="price-form">
      {name === '' && (
        <label className="field field-wide">
          <span>Name</span>
          <input type="text" required pattern={NAME} value={called} autoFocus data-testid="price-name" title="Small letters, digits, dots, dashes" onChange={(event) => setCalled(event.target.value)} />
        </label>
      )}
      {RATES.map((rate, at) => (
        <label key={rate} className="field">
          <span>{RATE_NAMES[rate]}, a million</span>
          <input type="text" inputMode="decimal" required value={typed[rate]} aria-invalid={nanos[at] === null} data-testid={`rate-${rate}`} onChange={(event) => setTyped({ ...typed, [rate]: event.target.value })} />
        </label>
      ))}
      <label className="field">
        <span>A request</span>
        <input type="text" inputMode="decimal" required value={request} aria-invalid={requestMicro === null} data-testid="rate-request" onChange={(event) => setRequest(event.target.value)} />
      </label>
      <fieldset className="preview">
        <legend>A typical answer</legend>
        <p className="soft">{typical.answers === 0 ? 'There was none in the last 30 days; these counts are an example.' : `The mean of ${typical.answers.toLocaleString('en-US')} answers of the last 30 days.`}</p>
        <label className="field">
          <span>Tokens in</span>
          <input type="number" min={0} step={1} value={tokens.input} onChange={(event) => count('input', event.target.value)} />
        </label>
        <label className="field">
          <span>Tokens out</span>
          <input type="number" min={0} step={1} value={tokens.output} onChange={(event) => count('output', event.target.value)} />
        </label>
        <p className="preview-result" role="status" data-testid="preview" data-micro={after ?? ''}>
          {after === null ? 'A rate takes a number with at most three decimals, a request six.' : <Change before={before === null ? null : charge(before, tokens)} after={after} />}
        </p>
      </fieldset>
      <div className="form-actions">
        <button type="submit" className="button button-primary" data-testid="set-price" disabled={busy || rates === null}>
          {before === null ? 'Set price' : `Set version ${before.version + 1}`}
        </button>
        <button type="button" className="button button-quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Change({ before, after }: { readonly before: string | null; readonly after: string }) {
  const percent = before === null || before === '0' ? null : Number(((BigInt(after) - BigInt(before)) * 1000n) / BigInt(before)) / 10;
  return (
    <>
      would cost <strong>{cost(after)}</strong> credits
      {before !== null && (
        <>
          , now {cost(before)}
          {percent === null || percent === 0 ? '' : ` (${percent > 0 ? '+' : '−'}${Math.abs(percent)} %)`}
        </>
      )}
    </>
  );
}
