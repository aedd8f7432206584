import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import type { Agent } from '../api/types';
import { SendIcon, StopIcon } from '../ui/icons';

interface Props {
  readonly session: string;
  readonly agents: readonly Agent[];
  readonly busy: boolean;
  readonly stopping: boolean;
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly onSend: (text: string, agent: string | null) => void;
  readonly onStop: () => void;
}

const TALLEST_PIXELS = 220;

/** What was typed into a session and not sent, kept while the page is open. */
const drafts = new Map<string, string>();

export function Composer({ session, agents, busy, stopping, input, onSend, onStop }: Props) {
  const [text, setText] = useState(() => drafts.get(session) ?? '');
  const [agent, setAgent] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    drafts.set(session, text);
  }, [session, text]);

  useLayoutEffect(() => {
    const area = input.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, TALLEST_PIXELS)}px`;
  }, [text, input]);

  const submit = (): void => {
    const message = text.trim();
    if (message === '' || busy) return;
    setText('');
    onSend(message, agent);
    input.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
  };

  return (
    <form
      ref={form}
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={input}
        data-testid="composer"
        rows={1}
        value={text}
        placeholder="Write a message"
        aria-label="Message"
        autoFocus={matchMedia('(pointer: fine)').matches}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        enterKeyHint="send"
      />
      <div className="composer-foot">
        {agents.length > 1 ? (
          <label className="agent">
            <span className="hidden">Agent</span>
            <select
              data-testid="agent"
              value={agent ?? agents.find((one) => one.default)?.name ?? agents[0]?.name}
              onChange={(event) => setAgent(event.target.value)}
            >
              {agents.map((one) => (
                <option key={one.name}>{one.name}</option>
              ))}
            </select>
          </label>
        ) : (
          <span className="keys">
            <kbd>Enter</kbd> sends <kbd>Shift Enter</kbd> new line <kbd>Esc</kbd> stops
          </span>
        )}
        {busy ? (
          <button type="button" className="round stop" data-testid="stop" disabled={stopping} onClick={onStop} aria-label={stopping ? 'Stopping' : 'Stop the answer'} title={stopping ? 'Stopping' : 'Stop (Esc)'}>
            <StopIcon />
          </button>
        ) : (
          <button type="submit" className="round" data-testid="send" disabled={text.trim() === ''} aria-label="Send" title="Send (Enter)">
            <SendIcon />
          </button>
        )}
      </div>
    </form>
  );
}
