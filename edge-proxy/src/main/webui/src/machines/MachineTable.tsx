import type { Machine } from '../api/types';
import { ago, STATE_HINTS, STATE_WORDS, stateOf, streams } from './machine';

interface Props {
  readonly machines: readonly Machine[];
  readonly now: number;
  readonly busy: string | null;
  readonly onDrain: (machine: Machine, draining: boolean) => void;
}

export const keyOf = (machine: Machine): string => `${machine.app}/${machine.id}`;

export function MachineTable({ machines, now, busy, onDrain }: Props) {
  return (
    <div className="table-frame">
      <table className="data-table machines-table" data-testid="machines">
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col" className="wide-only">
              State
            </th>
            <th scope="col" className="figure">
              Streams
            </th>
            <th scope="col" className="wide-only">
              Checked
            </th>
            <th scope="col" className="figure wide-only">
              Failures
            </th>
            <th scope="col" className="wide-only">
              Last error
            </th>
            <th scope="col">
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <Row key={keyOf(machine)} machine={machine} now={now} busy={busy === keyOf(machine)} onDrain={onDrain} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ machine, now, busy, onDrain }: { readonly machine: Machine; readonly now: number; readonly busy: boolean; readonly onDrain: Props['onDrain'] }) {
  const state = stateOf(machine);
  return (
    <tr data-testid="machine" data-machine={keyOf(machine)} data-state={state}>
      <th scope="row">
        <span className="machine-name">{machine.id}</span>
        <span className="machine-sub" title={machine.address}>
          {machine.app} · {machine.address} · {machine.source}
        </span>
        <span className={`state narrow-only state-${state}`}>{STATE_WORDS[state]}</span>
        {machine.lastError !== undefined && (
          <span className="row-sub narrow-only">
            {machine.lastError}, {ago(machine.lastErrorAt, now)}
          </span>
        )}
      </th>
      <td className="wide-only">
        <span className={`state state-${state}`} title={STATE_HINTS[state]}>
          {STATE_WORDS[state]}
        </span>
      </td>
      <td className="figure">{streams(machine)}</td>
      <td className="wide-only">{ago(machine.lastChecked, now)}</td>
      <td className="figure wide-only">{machine.consecutiveFailures}</td>
      <td className="machine-error wide-only">
        {machine.lastError === undefined ? (
          <span className="machine-sub">none</span>
        ) : (
          <>
            {machine.lastError} <span className="machine-sub">{ago(machine.lastErrorAt, now)}</span>
          </>
        )}
      </td>
      <td className="row-action">
        <button
          type="button"
          className="button button-quiet machine-action"
          data-testid="drain"
          disabled={busy}
          aria-label={machine.draining ? `Send ${machine.id} streams again` : `Drain ${machine.id}`}
          onClick={() => onDrain(machine, !machine.draining)}
        >
          {machine.draining ? 'Resume' : 'Drain'}
        </button>
      </td>
    </tr>
  );
}
