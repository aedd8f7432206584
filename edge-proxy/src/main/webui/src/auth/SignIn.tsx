import { leaveForLogin } from '../app/route';
import { Logo, WeirScene } from '../ui/Logo';
import { ThemeToggle } from '../ui/ThemeToggle';

interface Props {
  readonly why: 'new' | 'expired' | 'failed';
}

const WORDS: Readonly<Record<Props['why'], string>> = {
  new: 'Every token arrives live, survives a lost connection and is counted to the last one.',
  expired: 'Your session has ended. Sign in again; an answer that is being written goes on meanwhile.',
  failed: 'Signing in did not work. Try again; if it fails once more, ask your administrator.',
};

export function SignIn({ why }: Props) {
  return (
    <main className="gate">
      <div className="gate-corner">
        <ThemeToggle />
      </div>
      <div className="gate-card">
        <WeirScene />
        <div className="brand">
          <Logo size={36} />
          <span className="brand-name">Weir</span>
        </div>
        <h1>Your agents, as they write.</h1>
        <p>{WORDS[why]}</p>
        <button type="button" className="button button-primary" data-testid="login" onClick={leaveForLogin} autoFocus>
          Sign in
        </button>
      </div>
    </main>
  );
}

export function Unreachable({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <main className="gate">
      <div className="gate-card">
        <WeirScene />
        <h1>Weir cannot be reached.</h1>
        <p>Check your network. If others have the same trouble, the service may be restarting: try again in a moment.</p>
        <button type="button" className="button button-primary" onClick={onRetry}>
          Try again
        </button>
      </div>
    </main>
  );
}
