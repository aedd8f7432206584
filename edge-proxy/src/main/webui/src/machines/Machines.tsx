import { useState } from 'react';
import { edge } from '../api/edge';
import { Problem, SignedOut } from '../api/problem';
import type { Machine } from '../api/types';
import { summary } from './machine';
import { MachineStrip } from './MachineStrip';
import { keyOf, MachineTable } from './MachineTable';
import { useMachines } from './useMachines';

/** The agent machines, live, for operators. */
export function Machines({ onSignedOut }: { readonly onSignedOut: () => void }) {
  const { list, trouble, at, reload } = useMachines(onSignedOut);
  const [busy, setBusy] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);

  const drain = (machine: Machine, draining: boolean): void => {
    setBusy(keyOf(machine));
    edge
      .drain(machine, draining)
      .then(
        () => setRefused(null),
        (failure: unknown) => {
          if (failure instanceof SignedOut) return onSignedOut();
          setRefused(failure instanceof Problem ? failure.message : 'The edge cannot be reached.');
        },
      )
      .finally(() => {
        setBusy(null);
        reload();
      });
  };

  const problem = refused ?? trouble;
  return (
    <div className="machines">
      {problem !== null && (
        <p className="machines-trouble" role="alert">
          {problem}
        </p>
      )}
      {list === null && problem === null && (
        <div className="skeletons" aria-label="Machines are being loaded">
          <span /> <span /> <span />
        </div>
      )}
      {list !== null && list.length === 0 && (
        <p className="machines-none">No machine has joined yet. A machine joins by registering at the gateway, or by its configuration.</p>
      )}
      {list !== null && list.length > 0 && (
        <>
          <p className="machines-summary" data-testid="machines-summary">
            {summary(list)}
          </p>
          <MachineStrip machines={list} />
          <MachineTable machines={list} now={at} busy={busy} onDrain={drain} />
        </>
      )}
    </div>
  );
}
