import { useCallback, useEffect, useRef, useState } from 'react';
import { edge } from '../api/edge';
import { SignedOut } from '../api/problem';
import type { Session } from '../api/types';

const GATHER_MILLIS = 400;

export interface Sessions {
  /** Newest first; null until they are loaded. */
  readonly list: readonly Session[] | null;
  readonly failed: boolean;
  reload(): void;
}

export function useSessions(onSignedOut: () => void): Sessions {
  const [list, setList] = useState<readonly Session[] | null>(null);
  const [failed, setFailed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const load = useCallback(() => {
    edge.sessions().then(
      (sessions) => {
        setList(sessions);
        setFailed(false);
      },
      (failure: unknown) => {
        if (failure instanceof SignedOut) onSignedOut();
        else setFailed(true);
      },
    );
  }, [onSignedOut]);

  const reload = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(load, GATHER_MILLIS);
  }, [load]);

  useEffect(() => {
    load();
    return () => clearTimeout(timer.current);
  }, [load]);

  return { list, failed, reload };
}
