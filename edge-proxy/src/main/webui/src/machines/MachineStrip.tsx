import type { Machine } from '../api/types';
import { busiest, byApp, fill, STATE_WORDS, stateOf, streams } from './machine';

const HEIGHT = 64;
const WIDTH = 46;
const FLOOR = 3;

/** Every machine as a basin: the water stands as high as it is full, and its colour says how it is. */
export function MachineStrip({ machines }: { readonly machines: readonly Machine[] }) {
  const most = busiest(machines);
  return (
    <div className="basins" data-testid="machine-strip" aria-hidden="true">
      {byApp(machines).map(([app, members]) => (
        <figure key={app} className="basin-group">
          <div className="basin-row">
            {members.map((machine) => (
              <Basin key={machine.id} machine={machine} level={fill(machine, most)} />
            ))}
          </div>
          <figcaption>{app}</figcaption>
        </figure>
      ))}
    </div>
  );
}

function Basin({ machine, level }: { readonly machine: Machine; readonly level: number }) {
  const state = stateOf(machine);
  const water = FLOOR + level * (HEIGHT - FLOOR - 6);
  const surface = HEIGHT - water;
  return (
    <svg className={`basin basin-${state}`} viewBox={`0 0 ${WIDTH} ${HEIGHT + 2}`} width={WIDTH} height={HEIGHT + 2}>
      <title>{`${machine.id}: ${STATE_WORDS[state]}, ${streams(machine)}`}</title>
      <path className="basin-ground" d={`M1 1V${HEIGHT}H${WIDTH - 1}V1z`} />
      <path className="basin-water" d={`M2 ${surface}q11-2.5 21 0t21 0V${HEIGHT}H2z`} />
      <path className="basin-wall" d={`M1 1V${HEIGHT}H${WIDTH - 1}V1`} />
      {state === 'down' && <path className="basin-cross" d="M16 24l14 14M30 24L16 38" />}
      {state === 'draining' && <path className="basin-cross" d="M23 18v18M16 30l7 7 7-7" />}
      {state === 'alone' && <path className="basin-cross" d="M18 22v16M28 22v16" />}
    </svg>
  );
}
