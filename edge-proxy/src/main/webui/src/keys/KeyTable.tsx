import type { ApiKey } from '../api/types';
import { Confirm } from '../ui/Confirm';
import { day, shortMoment } from '../usage/span';

interface Props {
  readonly keys: readonly ApiKey[];
  readonly busy: boolean;
  readonly onDelete: (key: ApiKey) => void;
}

export function KeyTable({ keys, busy, onDelete }: Props) {
  const now = Date.now();
  return (
    <div className="table-frame">
      <table className="data-table">
        <caption className="hidden">API keys, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col" className="wide-only">
              Scopes
            </th>
            <th scope="col" className="wide-only">
              Created
            </th>
            <th scope="col">Expires</th>
            <th scope="col" className="wide-only">
              Last used
            </th>
            <th scope="col">
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => {
            const over = key.expiresAt !== undefined && Date.parse(key.expiresAt) <= now;
            return (
              <tr key={key.keyId} data-testid="key-row" data-key={key.keyId} data-name={key.name} data-used={key.lastUsedAt ?? ''}>
                <th scope="row">
                  <span className="row-name">{key.name}</span>
                  <span className="row-sub">
                    {key.hint}… <span className="narrow-only">{key.scopes.join(', ')}</span>
                  </span>
                </th>
                <td className="wide-only">{key.scopes.join(', ')}</td>
                <td className="wide-only">{day(key.createdAt)}</td>
                <td>{key.expiresAt === undefined ? 'never' : over ? <span className="state state-bad">expired</span> : <span title={key.expiresAt}>{day(key.expiresAt)}</span>}</td>
                <td className="wide-only">{key.lastUsedAt === undefined ? 'never' : shortMoment(key.lastUsedAt)}</td>
                <td className="row-action">
                  <Confirm label="Delete" hint={`Delete the key ${key.name}`} yes="Really delete" testId="delete-key" disabled={busy} onYes={() => onDelete(key)} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
