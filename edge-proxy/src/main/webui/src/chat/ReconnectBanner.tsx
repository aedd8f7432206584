import { useSyncExternalStore } from 'react';

function onNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

export function ReconnectBanner({ lost }: { readonly lost: boolean }) {
  const online = useSyncExternalStore(onNetwork, () => navigator.onLine);
  if (online && !lost) {
    return null;
  }
  return (
    <p className="reconnect" role="status" data-testid="reconnect-banner">
      <span className="reconnect-dot" aria-hidden="true" />
      {online ? 'Connection lost. Trying again.' : 'You are offline.'}{' '}
      {lost ? 'The answer goes on where it stopped.' : 'Messages go out once the network is back.'}
    </p>
  );
}
