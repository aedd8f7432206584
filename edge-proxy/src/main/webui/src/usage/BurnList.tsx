import { sessionHref } from '../app/route';
import { cost, exact } from '../credits/money';
import type { Liveness } from '../realtime/TopicChannel';
import { stateOf, type Burn, type BurnState } from './burns';
import { BurnLine } from './BurnLine';
import type { BurnsNow } from './useBurns';
import { pixels } from './spending';

const WORDS: Readonly<Record<BurnState, string>> = { running: 'Running', silent: 'Not heard of', settled: 'Settled' };

const WAITING: Readonly<Record<Liveness, string>> = {
  connecting: 'Connecting to live updates …',
  live: 'Nothing is running. An answer that starts, here or on any other device, shows up at once.',
  away: 'Live updates are away; trying again. What runs meanwhile is charged and shown below once it is settled.',
};

/** What runs now and what it takes, live. */
export function BurnList({ burns, liveness, now }: BurnsNow) {
  const running = burns.filter((burn) => stateOf(burn, now) === 'running');
  return (
    <section className="card" aria-labelledby="burns-title" data-testid="burns" data-liveness={liveness}>
      <h2 id="burns-title" className="card-title">
        Running now
      </h2>
      {(burns.length === 0 || liveness === 'away') && <p className="soft">{WAITING[liveness]}</p>}
      {burns.length > 0 && (
        <ul className="burns">
          {burns.map((burn) => (
            <BurnItem key={burn.streamId} burn={burn} state={stateOf(burn, now)} />
          ))}
        </ul>
      )}
      <p className="hidden" role="status">
        {running.length === 0 ? '' : `${running.length} ${running.length === 1 ? 'answer is' : 'answers are'} running`}
      </p>
    </section>
  );
}

function BurnItem({ burn, state }: { readonly burn: Burn; readonly state: BurnState }) {
  const left = burn.points.at(-1)?.leftMicro;
  return (
    <li className={`burn burn-${state}`} data-testid="burn" data-stream={burn.streamId} data-state={state} data-cost={burn.costMicro}>
      <div className="burn-head">
        <a href={sessionHref(burn.session)} className="burn-name">
          {burn.agent}
        </a>
        <span className={`state ${state === 'running' ? '' : 'state-quiet'}`}>{WORDS[state]}</span>
      </div>
      <dl className="burn-figures">
        <div>
          <dt>{state === 'settled' ? 'Charged' : 'Cost so far'}</dt>
          <dd data-testid="burn-cost">{cost(burn.costMicro)}</dd>
        </div>
        <div>
          <dt>Tokens</dt>
          <dd>{burn.outputTokens.toLocaleString('en-US')}</dd>
        </div>
        <div>
          <dt>Credit left</dt>
          <dd data-testid="burn-left">{left === undefined ? '…' : exact(left.toString())}</dd>
        </div>
      </dl>
      {state !== 'settled' && <Held burn={burn} />}
      <BurnLine points={burn.points} />
    </li>
  );
}

/** How much of what is held for it the stream has used. */
function Held({ burn }: { readonly burn: Burn }) {
  const granted = BigInt(burn.grantedMicro);
  const used = BigInt(burn.costMicro);
  if (granted <= 0n) return null;
  return (
    <div className="held">
      <svg className="held-bar" aria-hidden="true">
        <rect className="held-ground" width="100%" height="6" rx="3" />
        <rect className="held-used" width={`${pixels(used < granted ? used : granted, granted, 100).toFixed(2)}%`} height="6" rx="3" />
      </svg>
      <span className="soft">
        {cost(burn.costMicro)} of {cost(burn.grantedMicro)} held
      </span>
    </div>
  );
}
