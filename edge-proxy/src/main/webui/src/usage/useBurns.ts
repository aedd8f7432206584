import { useEffect, useRef, useState } from 'react';
import { ACCOUNT_EVENTS, TopicChannel, type Liveness } from '../realtime/TopicChannel';
import { heard, type Burns } from './burns';

/** How often the page looks whether a stream has fallen silent. */
const TICK_MILLIS = 5_000;

export interface BurnsNow {
  readonly burns: Burns;
  readonly liveness: Liveness;
  readonly now: number;
}

/**
 * The account's streams as they burn credit, from its topic on the relay. Whoever opens the page while one runs sees it
 * with the next thing that is told of it.
 *
 * @param onCredit what is available, whenever that is told
 * @param onSettled one has been settled
 */
export function useBurns(account: string, realtimeKey: string, onCredit: (availableMicro: string) => void, onSettled: () => void): BurnsNow {
  const [burns, setBurns] = useState<Burns>([]);
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  const [now, setNow] = useState(() => Date.now());
  const told = useRef({ onCredit, onSettled });
  told.current = { onCredit, onSettled };

  useEffect(() => {
    let present: Burns = [];
    const channel = new TopicChannel(`account:${account}`, ACCOUNT_EVENTS, realtimeKey, {
      liveness: setLiveness,
      broadcast: (event, payload) => {
        const before = present;
        present = heard(before, event, payload, Date.now());
        if (present === before) return;
        setBurns(present);
        setNow(Date.now());
        const changed = present.find((burn) => !before.includes(burn));
        if (changed?.availableMicro != null) told.current.onCredit(changed.availableMicro);
        if (changed?.settled) told.current.onSettled();
      },
    });
    channel.open();
    const ticks = setInterval(() => setNow(Date.now()), TICK_MILLIS);
    return () => {
      channel.close();
      clearInterval(ticks);
    };
  }, [account, realtimeKey]);

  return { burns, liveness, now };
}
