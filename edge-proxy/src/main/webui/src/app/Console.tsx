import { lazy, Suspense, useEffect, useState } from 'react';
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
import { Skeletons } from '../ui/Skeletons';
import { ThemeToggle } from '../ui/ThemeToggle';
import { openNewSession, usePageRoute, useSessionRoute, type Page } from './route';

// Most visits are for a conversation: these are loaded by those who look at them.
const Usage = lazy(() => import('../usage/Usage').then((module) => ({ default: module.Usage })));
const Billing = lazy(() => import('../billing/Billing').then((module) => ({ default: module.Billing })));

const TITLES: Readonly<Record<Page, string>> = { usage: 'Usage', billing: 'Billing', machines: 'Machines' };

interface Props {
  readonly me: Me;
  readonly config: Config;
  readonly onSignedOut: () => void;
}

export function Console({ me, config, onSignedOut }: Props) {
  const session = useSessionRoute();
  const operator = me.roles.includes('admin');
  const staff = operator || me.roles.includes('billing');
  const asked = usePageRoute();
  const page = asked === 'machines' && !operator ? null : asked;
  const credits = useCredits(onSignedOut);
  const sessions = useSessions(onSignedOut);
  const realtimeKey = config.realtimeKey ?? 'weir-local';
  const conversation = useConversation(session, realtimeKey, onSignedOut, credits.update, sessions.reload);
  const [drawer, setDrawer] = useState(false);
  const chatTitle = sessions.list?.find((one) => one.id === session)?.title?.trim() || 'New chat';
  const title = page === null ? chatTitle : TITLES[page];
  const pages: readonly Page[] = ['usage', ...(staff ? (['billing'] as const) : []), ...(operator ? (['machines'] as const) : [])];

  useEffect(() => {
    if (session === null && page === null) openNewSession();
  }, [session, page]);

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
      <Sidebar me={me} sessions={sessions} current={session} pages={pages} page={page} onNavigate={() => setDrawer(false)} />
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
        {page === 'machines' && <Machines onSignedOut={onSignedOut} />}
        <Suspense fallback={<Skeletons what="The page" />}>
          {page === 'usage' && <Usage me={me} realtimeKey={realtimeKey} availableMicro={credits.availableMicro} onCredits={credits.update} onSignedOut={onSignedOut} />}
          {page === 'billing' && <Billing me={me} onSignedOut={onSignedOut} />}
        </Suspense>
        {conversation !== null && <Chat key={conversation.session} conversation={conversation} agents={config.agents ?? []} />}
      </main>
    </div>
  );
}

function Live({ conversation }: { readonly conversation: Conversation }) {
  return <LiveDot subscribe={conversation.subscribe} liveness={() => conversation.snapshot().liveness} />;
}
