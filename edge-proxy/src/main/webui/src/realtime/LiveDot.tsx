import { useSyncExternalStore } from 'react';
import type { Liveness } from './TopicChannel';

const WORDS: Readonly<Record<Liveness, string>> = {
  connecting: 'Connecting to live updates',
  live: 'Live: other devices see this conversation as it happens',
  away: 'Live updates are away; trying again',
};

interface Props {
  readonly subscribe: (listener: () => void) => () => void;
  readonly liveness: () => Liveness;
}

export function LiveDot({ subscribe, liveness }: Props) {
  const state = useSyncExternalStore(subscribe, liveness);
  return <span className={`live-dot ${state}`} role="img" aria-label={WORDS[state]} title={WORDS[state]} data-testid="live" data-state={state} />;
}
