import { useCallback, useEffect, useState } from 'react';
import { edge } from '../api/edge';
import { SignedOut } from '../api/problem';
import { loginFailed } from '../app/route';
import type { Config, Me } from '../api/types';

export type Auth =
  | { readonly state: 'asking' }
  | { readonly state: 'out'; readonly why: 'new' | 'expired' | 'failed' }
  | { readonly state: 'unreachable' }
  | { readonly state: 'in'; readonly me: Me; readonly config: Config };

/** Who is in front of the page. Only the edge knows: 401 is the way to the sign-in page. */
export function useMe(): { readonly auth: Auth; retry(): void; signedOut(): void } {
  const [refused] = useState(loginFailed);
  const [auth, setAuth] = useState<Auth>({ state: 'asking' });

  const retry = useCallback(() => {
    Promise.all([edge.me(), edge.config()]).then(
      ([me, config]) => setAuth({ state: 'in', me, config }),
      (failure: unknown) => setAuth(failure instanceof SignedOut ? { state: 'out', why: refused ? 'failed' : 'new' } : { state: 'unreachable' }),
    );
  }, [refused]);
  const signedOut = useCallback(() => setAuth({ state: 'out', why: 'expired' }), []);

  useEffect(retry, [retry]);
  return { auth, retry, signedOut };
}
