import type { ReactNode } from 'react';
import type { PriceVersion } from '../api/types';
import { cost } from '../credits/money';
import { moment } from '../usage/span';
import { charge, perMillion, RATE_NAMES, type PriceHistory, type TokenRate, type Typical } from './price';

interface Props {
  readonly history: PriceHistory;
  readonly typical: Typical;
  readonly onEdit: (() => void) | null;
  readonly children: ReactNode;
}

const RATES = Object.keys(RATE_NAMES) as TokenRate[];

/** One price: the version in force, and the ones before it. */
export function PriceCard({ history, typical, onEdit, children }: Props) {
  const [now, ...before] = history.versions;
  if (now === undefined) return null;
  return (
    <section className="card" aria-label={`Price ${history.name}`} data-testid="price" data-name={history.name} data-version={now.version}>
      <div className="card-head">
        <h2 className="card-title">
          {history.name} <span className="soft">version {now.version}</span>
        </h2>
        {onEdit !== null && (
          <button type="button" className="button button-quiet small-button" data-testid="new-version" aria-label={`New version of ${history.name}`} onClick={onEdit}>
            New version
          </button>
        )}
      </div>
      <dl className="rates">
        {RATES.map((rate) => (
          <div key={rate}>
            <dt>{RATE_NAMES[rate]}</dt>
            <dd>{perMillion(now[rate])}</dd>
          </div>
        ))}
        <div>
          <dt>A request</dt>
          <dd>{cost(now.requestMicro)}</dd>
        </div>
        <div>
          <dt>A typical answer</dt>
          <dd>{cost(charge(now, typical.tokens))}</dd>
        </div>
      </dl>
      {children}
      {before.length > 0 && (
        <details className="figures-behind">
          <summary>
            {before.length} earlier {before.length === 1 ? 'version' : 'versions'}
          </summary>
          <Versions versions={before} />
        </details>
      )}
      <p className="soft">
        In force since {moment(now.createdAt)}, set by {now.createdBy}.
      </p>
    </section>
  );
}

function Versions({ versions }: { readonly versions: readonly PriceVersion[] }) {
  return (
    <div className="table-frame">
      <table className="data-table">
        <thead>
          <tr>
            <th scope="col">Version</th>
            {RATES.map((rate) => (
              <th key={rate} scope="col" className="figure">
                {RATE_NAMES[rate]}
              </th>
            ))}
            <th scope="col" className="figure">
              A request
            </th>
            <th scope="col">Set</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version.version}>
              <th scope="row">{version.version}</th>
              {RATES.map((rate) => (
                <td key={rate} className="figure">
                  {perMillion(version[rate])}
                </td>
              ))}
              <td className="figure">{cost(version.requestMicro)}</td>
              <td>
                {moment(version.createdAt)} by {version.createdBy}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
