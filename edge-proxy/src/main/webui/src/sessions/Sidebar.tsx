import type { Me, Session } from '../api/types';
import { openNewSession, pageHref, sessionHref, type Page } from '../app/route';
import { BillingIcon, MachinesIcon, PlusIcon, SignOutIcon, UsageIcon } from '../ui/icons';
import { Logo } from '../ui/Logo';
import type { Sessions } from './useSessions';
import { ageOf, type Age } from './when';

interface Props {
  readonly me: Me;
  readonly sessions: Sessions;
  readonly current: string | null;
  /** Pages that this person has. */
  readonly pages: readonly Page[];
  /** The one that is shown, if it is one. */
  readonly page: Page | null;
  readonly onNavigate: () => void;
}

const PAGES: Readonly<Record<Page, { readonly name: string; readonly icon: () => React.JSX.Element }>> = {
  usage: { name: 'Usage', icon: UsageIcon },
  billing: { name: 'Billing', icon: BillingIcon },
  machines: { name: 'Machines', icon: MachinesIcon },
};

export function Sidebar({ me, sessions, current, pages, page, onNavigate }: Props) {
  return (
    <nav className="sidebar" aria-label="Sessions and pages" id="sidebar">
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
      <ul className="page-links">
        {pages.map((one) => {
          const { name, icon: Picture } = PAGES[one];
          return (
            <li key={one}>
              <a
                className="session page-link"
                href={pageHref(one)}
                data-testid={`${one}-link`}
                aria-current={one === page ? 'page' : undefined}
                onClick={onNavigate}
              >
                <Picture /> {name}
              </a>
            </li>
          );
        })}
      </ul>
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

function SessionGroups({ sessions, current, onNavigate }: Omit<Props, 'me' | 'pages' | 'page'>) {
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
