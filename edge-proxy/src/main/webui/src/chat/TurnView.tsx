import { memo, useDeferredValue, useEffect, useRef } from 'react';
import { AgainIcon } from '../ui/icons';
import { CopyButton } from '../ui/CopyButton';
import { ENDINGS, type Ending } from './endings';
import { Gauge } from './Gauge';
import { Markdown } from './Markdown';
import { isOpen, type Turn } from './turns';

interface Props {
  readonly turn: Turn;
  readonly busy: boolean;
  readonly onAgain: (question: string) => void;
  readonly onSeen: (streamId: string) => void;
}

export const TurnView = memo(function TurnView({ turn, busy, onAgain, onSeen }: Props) {
  return (
    <>
      {turn.question !== null && (
        <article
          className="question"
          data-testid="message"
          data-role="user"
          data-stream-id={turn.streamId ?? undefined}
          aria-label="You"
        >
          <p data-testid="message-text">{turn.question}</p>
        </article>
      )}
      <Answer turn={turn} busy={busy} onAgain={onAgain} onSeen={onSeen} />
    </>
  );
});

function Answer({ turn, busy, onAgain, onSeen }: Props) {
  const element = useRef<HTMLElement>(null);
  const text = useDeferredValue(turn.answer.text);
  const { streamId, phase, question } = turn;

  useEffect(() => {
    if (phase !== 'ended' || streamId === null || element.current === null) return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        watch.disconnect();
        onSeen(streamId);
      }
    });
    watch.observe(element.current);
    return () => watch.disconnect();
  }, [phase, streamId, onSeen]);

  if (phase === 'unknown') {
    return null;
  }
  const open = isOpen(turn);
  return (
    <article
      ref={element}
      className={`answer ${phase}`}
      data-testid="message"
      data-role="assistant"
      data-phase={phase}
      data-reason={turn.reason ?? undefined}
      data-stream-id={streamId ?? undefined}
      aria-label={turn.agent === null ? 'Answer' : `Answer of ${turn.agent}`}
      aria-busy={open}
    >
      {phase === 'waiting' && <Waiting />}
      <div className="prose" data-testid="message-text">
        {open ? <Markdown text={text} unfinished /> : <Markdown text={turn.answer.text} />}
      </div>
      <EndNote turn={turn} />
      {!open && (
        <footer className="answer-foot">
          <Gauge turn={turn} />
          <span className="answer-actions">
            {turn.answer.text !== '' && <CopyButton text={() => turn.answer.text} label="Copy the answer" />}
            {question !== null && (
              <button
                type="button"
                className="icon-button small"
                data-testid="regenerate"
                disabled={busy}
                onClick={() => onAgain(question)}
                aria-label="Ask this again"
                title="Ask this again"
              >
                <AgainIcon />
              </button>
            )}
          </span>
        </footer>
      )}
      {phase === 'streaming' && <Gauge turn={turn} />}
    </article>
  );
}

function Waiting() {
  return (
    <p className="waiting" data-testid="waiting">
      <svg viewBox="0 0 64 12" aria-hidden="true" focusable="false">
        <path d="M-16 6 q4 -5 8 0 t8 0 t8 0 t8 0 t8 0 t8 0 t8 0 t8 0 t8 0 t8 0 t8 0 t8 0" />
      </svg>
      Waiting for the first token
    </p>
  );
}

function EndNote({ turn }: { readonly turn: Turn }) {
  if (turn.phase === 'refused') {
    return <Note ending={{ what: turn.note ?? 'The message was not taken.', next: '', tone: 'bad' }} live />;
  }
  if (turn.phase !== 'ended' || turn.reason === 'completed') {
    return null;
  }
  if (turn.reason !== null) {
    return <Note ending={ENDINGS[turn.reason]} live={turn.askedAt !== null} />;
  }
  return turn.note === null ? null : <Note ending={{ what: turn.note.replace(/[.!]?$/, '.'), next: 'Ask again in a moment.', tone: 'warn' }} live />;
}

/** Spoken at once where it happens now, not where it is read in the history. */
function Note({ ending, live }: { readonly ending: Ending; readonly live: boolean }) {
  return (
    <p className={`note ${ending.tone}`} data-testid="end-note" role={live && ending.tone !== 'calm' ? 'alert' : undefined}>
      <strong>{ending.what}</strong> {ending.next}
    </p>
  );
}
