import { useCallback, useEffect, useState } from 'react';
import { edge } from '../api/edge';
import { Problem, SignedOut } from '../api/problem';
import type { Machine } from '../api/types';

const EVERY_MILLIS = 2_000;

export interface MachinesNow {
  /** Null until they are known. */
  readonly list: readonly Machine[] | null;
  /** What kept the last look from working; the list is the one before. */
  readonly trouble: string | null;
  /** When the list was read. */
  readonly at: number;
  reload(): void;
}

/** The machines as they are now, read again every two seconds while the page is looked at. */
export function useMachines(onSignedOut: () => void): MachinesNow {
  const [now, setNow] = useState<Omit<MachinesNow, 'reload'>>({ list: null, trouble: null, at: Date.now() });
  const [asked, ask] = useState(0);
  const reload = useCallback(() => ask((count) => count + 1), []);

  useEffect(() => {
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const list = await edge.machines(control.signal);
        if (!control.signal.aborted) setNow({ list, trouble: null, at: Date.now() });
      } catch (failure: unknown) {
        if (control.signal.aborted) return;
        if (failure instanceof SignedOut) return onSignedOut();
        const trouble = failure instanceof Problem ? failure.message : 'The edge cannot be reached.';
        setNow((before) => ({ ...before, trouble, at: Date.now() }));
      }
      if (document.visibilityState === 'visible') timer = setTimeout(look, EVERY_MILLIS);
    };
    const onVisible = (): void => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') void look();
    };
    document.addEventListener('visibilitychange', onVisible);
    void look();
    return () => {
      control.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [onSignedOut, asked]);

  return { ...now, reload };
}
