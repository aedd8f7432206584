import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Agent } from '../api/types';
import { DownIcon } from '../ui/icons';
import { WeirScene } from '../ui/Logo';
import { useStickToBottom } from '../ui/useStickToBottom';
import { Announcer } from './Announcer';
import { Composer } from './Composer';
import type { Conversation } from './Conversation';
import { ReconnectBanner } from './ReconnectBanner';
import { TurnView } from './TurnView';
import { isOpen } from './turns';
import { useChatKeys } from './useChatKeys';

interface Props {
  readonly conversation: Conversation;
  readonly agents: readonly Agent[];
}

const IDEAS = [
  'How does a weir measure the flow of a river?',
  'Write a function that parses a duration such as 1h30m',
  'Compare three ways to name the tables of a ledger',
] as const;

export function Chat({ conversation, agents }: Props) {
  const view = useSyncExternalStore(conversation.subscribe, conversation.snapshot);
  const input = useRef<HTMLTextAreaElement>(null);
  const { turns, links } = view;
  const open = turns.findLast(isOpen);
  const { box, content, stuck, toBottom } = useStickToBottom(turns[0]?.key);

  const stop = useCallback(() => {
    if (open !== undefined) void conversation.stop(open);
  }, [conversation, open]);
  const ask = useCallback(
    (question: string, agent: string | null = null) => {
      conversation.ask(question, agent);
      toBottom();
    },
    [conversation, toBottom],
  );
  const onSeen = useCallback((streamId: string) => conversation.wantReceipt(streamId), [conversation]);
  useChatKeys(input, open === undefined ? null : stop);

  // A conversation opens at its end, also when its history arrives later.
  useEffect(toBottom, [conversation, view.history, toBottom]);

  const lost = open !== undefined && links.get(open.key) === 'lost';
  return (
    <section className="chat" aria-label="Conversation">
      <div className="scroller" ref={box} data-testid="scroller">
        <div className="messages" ref={content} data-testid="message-list">
          {view.history === 'loading' && <HistorySkeleton />}
          {view.history === 'failed' && (
            <p className="note warn">
              <strong>Earlier messages could not be loaded.</strong>{' '}
              <button type="button" className="link" onClick={() => void conversation.loadLatest()}>
                Try again
              </button>
            </p>
          )}
          {view.hasOlder && (
            <button type="button" className="button button-quiet older" data-testid="older" onClick={() => void conversation.loadOlder()}>
              Show earlier messages
            </button>
          )}
          {view.history !== 'loading' && turns.length === 0 && <Empty onIdea={(idea) => ask(idea)} />}
          {turns.map((turn) => (
            <TurnView key={turn.key} turn={turn} busy={open !== undefined} onAgain={ask} onSeen={onSeen} />
          ))}
        </div>
      </div>
      <div className="dock">
        {!stuck && turns.length > 0 && (
          <button type="button" className="to-end" onClick={toBottom} aria-label="Go to the latest message" title="Go to the latest message">
            <DownIcon />
          </button>
        )}
        <ReconnectBanner lost={lost} />
        <Composer session={conversation.session} agents={agents} busy={open !== undefined} stopping={open !== undefined && view.stopping.has(open.key)} input={input} onSend={ask} onStop={stop} />
      </div>
      <Announcer turn={turns.at(-1)} />
    </section>
  );
}

function Empty({ onIdea }: { readonly onIdea: (idea: string) => void }) {
  return (
    <div className="empty" data-testid="empty">
      <WeirScene />
      <h1>What shall we look into?</h1>
      <p>Answers arrive as they are written, on every device that has this conversation open.</p>
      <ul>
        {IDEAS.map((idea) => (
          <li key={idea}>
            <button type="button" className="idea" onClick={() => onIdea(idea)}>
              {idea}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function HistorySkeleton() {
  return (
    <div className="skeletons wide" aria-label="Messages are being loaded">
      <span /> <span /> <span /> <span />
    </div>
  );
}
