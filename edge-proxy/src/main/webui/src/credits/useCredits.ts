import { useCallback, useEffect, useRef, useState } from 'react';
import { edge } from '../api/edge';
import { SignedOut } from '../api/problem';

const GATHER_MILLIS = 300;

export interface Credits {
  readonly availableMicro: string | null;
  /** Shows an exact figure that was told, or asks for one. */
  update(availableMicro: string | null): void;
}

/** The account's credits: asked for at first, after every charge and whenever the page is looked at again. */
export function useCredits(onSignedOut: () => void): Credits {
  const [availableMicro, show] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const load = useCallback(() => {
    edge.balance().then(
      (balance) => show(balance.availableMicro),
      (failure: unknown) => {
        if (failure instanceof SignedOut) onSignedOut();
      },
    );
  }, [onSignedOut]);

  const update = useCallback(
    (told: string | null) => {
      if (told !== null) {
        show(told);
        return;
      }
      clearTimeout(timer.current);
      timer.current = setTimeout(load, GATHER_MILLIS);
    },
    [load],
  );

  useEffect(() => {
    load();
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') load();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      clearTimeout(timer.current);
    };
  }, [load]);

  return { availableMicro, update };
}
