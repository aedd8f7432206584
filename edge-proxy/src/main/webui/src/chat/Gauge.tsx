import { duration, figuresOf } from './figures';
import type { Turn } from './turns';

/** What the answer measured: tokens, time to the first one, cost. */
export function Gauge({ turn }: { readonly turn: Turn }) {
  const figures = figuresOf(turn);
  if (figures.tokens === null && figures.firstTokenMillis === null && figures.cost === null) {
    return null;
  }
  return (
    <dl className="gauge" data-testid="gauge" data-settled={figures.settled}>
      {figures.tokens !== null && (
        <div title={figures.inputTokens === null ? undefined : `${figures.inputTokens} tokens read, ${figures.tokens} written`}>
          <dt>tokens</dt>
          <dd data-testid="tokens">{figures.tokens.toLocaleString('en-US')}</dd>
        </div>
      )}
      {figures.firstTokenMillis !== null && (
        <div>
          <dt>to the first</dt>
          <dd data-testid="first-token">{duration(figures.firstTokenMillis)}</dd>
        </div>
      )}
      {figures.cost !== null && (
        <div title={figures.settled ? 'Charged' : 'So far'}>
          <dt>credits</dt>
          <dd data-testid="cost">{figures.cost}</dd>
        </div>
      )}
    </dl>
  );
}
