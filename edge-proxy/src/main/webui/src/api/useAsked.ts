import { useCallback, useEffect, useState } from 'react';
import { Problem, SignedOut } from './problem';

export interface Asked<T> {
  /** Null until it is known; the last one while it is asked for again. */
  readonly value: T | null;
  /** Why the last attempt did not work. */
  readonly trouble: string | null;
  readonly loading: boolean;
  reload(): void;
}

interface State<T> {
  readonly question: unknown;
  readonly value: T | null;
  readonly trouble: string | null;
  readonly loading: boolean;
}

/** Words for whatever failed. */
export function wordsOf(failure: unknown): string {
  return failure instanceof Problem ? failure.message : 'The edge cannot be reached.';
}

/**
 * Asks the edge, again for every new question (the function itself: keep it with `useCallback`) and when told to. An
 * answer that comes after a newer question was asked is dropped.
 */
export function useAsked<T>(question: (signal: AbortSignal) => Promise<T>, onSignedOut: () => void): Asked<T> {
  const [state, setState] = useState<State<T>>({ question, value: null, trouble: null, loading: true });
  const [asked, ask] = useState(0);
  const reload = useCallback(() => ask((count) => count + 1), []);

  useEffect(() => {
    const control = new AbortController();
    setState((before) => (before.question === question ? { ...before, loading: true } : { question, value: null, trouble: null, loading: true }));
    question(control.signal).then(
      (value) => {
        if (!control.signal.aborted) setState({ question, value, trouble: null, loading: false });
      },
      (failure: unknown) => {
        if (control.signal.aborted) return;
        if (failure instanceof SignedOut) return onSignedOut();
        setState((before) => ({ ...before, trouble: wordsOf(failure), loading: false }));
      },
    );
    return () => control.abort();
  }, [question, asked, onSignedOut]);

  const current = state.question === question;
  return { value: current ? state.value : null, trouble: current ? state.trouble : null, loading: current ? state.loading : true, reload };
}
