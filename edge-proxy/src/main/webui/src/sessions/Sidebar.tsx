import type { Me, Session } from '../api/types';
import { MACHINES, openNewSession, sessionHref } from '../app/route';
import { MachinesIcon, PlusIcon, SignOutIcon } from '../ui/icons';
import { Logo } from '../ui/Logo';
import type { Sessions } from './useSessions';
import { ageOf, type Age } from './when';

interface Props {
  readonly me: Me;
  readonly sessions: Sessions;
  readonly current: string | null;
  /** Whether the page of the machines is shown; null for people who have no such page. */
  readonly machines: boolean | null;
  readonly onNavigate: () => void;
}

export function Sidebar({ me, sessions, current, machines, onNavigate }: Props) {
  return (
    <nav className="sidebar" aria-label="Sessions" id="sidebar">
      <div className="brand">
        <Logo />
        <span className="brand-name">Weir</span>
      </div>
      <button
        type="button"
        className="button new-chat"
        data-testid="new-chat"
        onClick={() => {
          openNewSession();
          onNavigate();
        }}
      >
        <PlusIcon /> New chat
      </button>
      <div className="session-groups">
        <SessionGroups sessions={sessions} current={current} onNavigate={onNavigate} />
      </div>
      {machines !== null && (
        <a
          className="session page-link"
          href={MACHINES}
          data-testid="machines-link"
          aria-current={machines ? 'page' : undefined}
          onClick={onNavigate}
        >
          <MachinesIcon /> Machines
        </a>
      )}
      <div className="account">
        <span className="avatar" aria-hidden="true">
          {(me.name ?? me.account).slice(0, 1).toUpperCase()}
        </span>
        <span className="account-name" data-testid="account" title={me.account}>
          {me.name ?? me.account}
        </span>
        <a className="icon-button" href="/logout" data-testid="logout" aria-label="Sign out" title="Sign out">
          <SignOutIcon />
        </a>
      </div>
    </nav>
  );
}

function SessionGroups({ sessions, current, onNavigate }: Omit<Props, 'me' | 'machines'>) {
  if (sessions.list === null) {
    return sessions.failed ? (
      <div className="sidebar-note">
        <p>Your sessions could not be loaded.</p>
        <button type="button" className="button button-quiet" onClick={sessions.reload}>
          Try again
        </button>
      </div>
    ) : (
      <div className="skeletons" aria-label="Sessions are being loaded">
        <span /> <span /> <span />
      </div>
    );
  }
  if (sessions.list.length === 0) {
    return <p className="sidebar-note">Your conversations will be listed here.</p>;
  }
  const now = new Date();
  const groups = new Map<Age, Session[]>();
  for (const session of sessions.list) {
    const age = ageOf(session.updatedAt, now);
    groups.set(age, [...(groups.get(age) ?? []), session]);
  }
  return [...groups].map(([age, members]) => (
    <section key={age}>
      <h2 className="session-age">{age}</h2>
      <ul className="session-list">
        {members.map((session) => (
          <li key={session.id}>
            <a
              href={sessionHref(session.id)}
              className="session"
              data-testid="session-item"
              data-session-id={session.id}
              aria-current={session.id === current ? 'page' : undefined}
              onClick={onNavigate}
              title={session.title ?? undefined}
            >
              {session.title?.trim() || 'Untitled'}
            </a>
          </li>
        ))}
      </ul>
    </section>
  ));
}
