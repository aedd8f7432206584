import type { Grant } from '../api/types';
import { aligned, exact } from '../credits/money';
import { Confirm } from '../ui/Confirm';
import { moment } from '../usage/span';

interface Props {
  readonly grants: readonly Grant[];
  readonly admin: boolean;
  readonly busy: boolean;
  readonly onVoid: (grant: Grant) => void;
}

const LOUD: Readonly<Record<Grant['state'], string>> = {
  active: '',
  scheduled: 'state-alone',
  spent: 'state-quiet',
  expired: 'state-quiet',
  voided: 'state-quiet',
};

export function GrantTable({ grants, admin, busy, onVoid }: Props) {
  return (
    <div className="table-frame">
      <table className="data-table" data-testid="grants">
        <caption className="hidden">Grants, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Grant</th>
            <th scope="col" className="wide-only">
              State
            </th>
            <th scope="col" className="figure wide-only">
              Amount
            </th>
            <th scope="col" className="figure">
              Left
            </th>
            <th scope="col" className="figure wide-only">
              Priority
            </th>
            <th scope="col" className="wide-only">
              Life
            </th>
            {admin && (
              <th scope="col">
                <span className="hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {grants.map((grant) => (
            <tr key={grant.grantId} data-testid="grant-row" data-state={grant.state} data-micro={grant.amountMicro}>
              <th scope="row">
                <span className="row-name">
                  {grant.kind} <span className={`state narrow-only ${LOUD[grant.state]}`}>{grant.state}</span>
                </span>
                <span className="row-sub" title={grant.note}>
                  {grant.note === undefined ? '' : `${grant.note} · `}by {grant.grantedBy}, {moment(grant.grantedAt)}
                </span>
              </th>
              <td className="wide-only">
                <span className={`state ${LOUD[grant.state]}`}>{grant.state}</span>
              </td>
              <td className="figure wide-only">{aligned(grant.amountMicro)}</td>
              <td className="figure">
                {aligned(grant.remainingMicro)}
                <span className="row-sub narrow-only">of {exact(grant.amountMicro)}</span>
              </td>
              <td className="figure wide-only">{grant.priority}</td>
              <td className="wide-only">
                from {moment(grant.effectiveAt)}
                <br />
                {grant.expiresAt === undefined ? 'for good' : `to ${moment(grant.expiresAt)}`}
              </td>
              {admin && (
                <td className="row-action">
                  {(grant.state === 'active' || grant.state === 'scheduled') && (
                    <Confirm label="Void" hint={`Take back the grant of ${exact(grant.amountMicro)}`} yes="Really void" testId="void" disabled={busy} onYes={() => onVoid(grant)} />
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
