import { useEffect, useState } from 'react';
import type { Config, Me } from '../api/types';
import { Chat } from '../chat/Chat';
import type { Conversation } from '../chat/Conversation';
import { useConversation } from '../chat/useConversation';
import { CreditsPill } from '../credits/CreditsPill';
import { useCredits } from '../credits/useCredits';
import { Machines } from '../machines/Machines';
import { LiveDot } from '../realtime/LiveDot';
import { Sidebar } from '../sessions/Sidebar';
import { useSessions } from '../sessions/useSessions';
import { MenuIcon } from '../ui/icons';
import { ThemeToggle } from '../ui/ThemeToggle';
import { openNewSession, useMachinesRoute, useSessionRoute } from './route';

interface Props {
  readonly me: Me;
  readonly config: Config;
  readonly onSignedOut: () => void;
}

export function Console({ me, config, onSignedOut }: Props) {
  const session = useSessionRoute();
  const operator = me.roles.includes('admin');
  const machines = useMachinesRoute() && operator;
  const credits = useCredits(onSignedOut);
  const sessions = useSessions(onSignedOut);
  const conversation = useConversation(session, config.realtimeKey ?? 'weir-local', onSignedOut, credits.update, sessions.reload);
  const [drawer, setDrawer] = useState(false);
  const chatTitle = sessions.list?.find((one) => one.id === session)?.title?.trim() || 'New chat';
  const title = machines ? 'Machines' : chatTitle;

  useEffect(() => {
    if (session === null && !machines) openNewSession();
  }, [session, machines]);

  useEffect(() => {
    document.title = title === 'New chat' ? 'Weir' : `${title} · Weir`;
  }, [title]);

  useEffect(() => {
    if (!drawer) return;
    document.getElementById('sidebar')?.querySelector('button')?.focus();
    const wide = matchMedia('(min-width: 761px)');
    const close = (): void => setDrawer(false);
    wide.addEventListener('change', close);
    const onEscape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.preventDefault();
        close();
      }
    };
    addEventListener('keydown', onEscape, true);
    return () => {
      removeEventListener('keydown', onEscape, true);
      wide.removeEventListener('change', close);
    };
  }, [drawer]);

  return (
    <div className={drawer ? 'shell drawer-open' : 'shell'}>
      <Sidebar me={me} sessions={sessions} current={session} machines={operator ? machines : null} onNavigate={() => setDrawer(false)} />
      <button type="button" className="scrim" tabIndex={-1} aria-label="Close the list of sessions" onClick={() => setDrawer(false)} />
      <main className="main" inert={drawer}>
        <header className="topbar">
          <button
            type="button"
            className="icon-button menu"
            data-testid="menu"
            aria-label="Sessions"
            aria-expanded={drawer}
            aria-controls="sidebar"
            onClick={() => setDrawer(true)}
          >
            <MenuIcon />
          </button>
          <h1 className="title" data-testid="title">
            {title}
          </h1>
          {conversation !== null && <Live conversation={conversation} />}
          <CreditsPill availableMicro={credits.availableMicro} />
          <ThemeToggle />
        </header>
        {machines && <Machines onSignedOut={onSignedOut} />}
        {conversation !== null && <Chat key={conversation.session} conversation={conversation} agents={config.agents ?? []} />}
      </main>
    </div>
  );
}

function Live({ conversation }: { readonly conversation: Conversation }) {
  return <LiveDot subscribe={conversation.subscribe} liveness={() => conversation.snapshot().liveness} />;
}
