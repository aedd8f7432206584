import { SignIn, Unreachable } from '../auth/SignIn';
import { useMe } from '../auth/useMe';
import { Logo } from '../ui/Logo';
import { Console } from './Console';

export function App() {
  const { auth, retry, signedOut } = useMe();
  switch (auth.state) {
    case 'asking':
      return (
        <main className="gate" aria-busy="true" aria-label="Weir is loading">
          <Logo size={44} />
        </main>
      );
    case 'out':
      return <SignIn why={auth.why} />;
    case 'unreachable':
      return <Unreachable onRetry={retry} />;
    case 'in':
      return <Console me={auth.me} config={auth.config} onSignedOut={signedOut} />;
  }
}
