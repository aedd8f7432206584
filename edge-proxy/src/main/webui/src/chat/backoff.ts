const FIRST_MILLIS = 400;
const LONGEST_MILLIS = 15_000;

/** Full jitter over an exponentially growing window: many tabs that lost one edge do not come back in step. */
export function backoffMillis(attempt: number, random: () => number = Math.random): number {
  const window = Math.min(LONGEST_MILLIS, FIRST_MILLIS * 2 ** Math.min(attempt, 10));
  return Math.round(window / 4 + random() * window * 0.75);
}

/** Waits; ends early when aborted, when the network is back, or when the page is looked at again. */
export function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      removeEventListener('online', finish);
      document.removeEventListener('visibilitychange', onVisible);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') finish();
    };
    const timer = setTimeout(finish, millis);
    addEventListener('online', finish);
    document.addEventListener('visibilitychange', onVisible);
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}
