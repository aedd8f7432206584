import { useEffect, useRef, useState } from 'react';
import { isOpen, type Turn } from './turns';

const EVERY_MILLIS = 4_000;

/** Reads an answer out to screen readers in whole sentences, a few seconds apart, not token by token. */
export function Announcer({ turn }: { readonly turn: Turn | undefined }) {
  const [words, say] = useState('');
  const latest = useRef(turn);
  const spoken = useRef({ key: '', length: 0 });
  latest.current = turn;

  const key = turn?.key;
  const open = turn !== undefined && isOpen(turn);
  useEffect(() => {
    if (!open || key === undefined) return;
    spoken.current = { key, length: 0 };
    say('Waiting for the answer.');
    const speak = (rest: boolean): void => {
      const answer = latest.current?.key === spoken.current.key ? latest.current.answer.text : '';
      const fresh = answer.slice(spoken.current.length);
      const length = rest ? fresh.length : endOfSentence(fresh);
      if (length > 0) {
        spoken.current.length += length;
        say(fresh.slice(0, length));
      }
    };
    const timer = setInterval(() => speak(false), EVERY_MILLIS);
    return () => {
      clearInterval(timer);
      speak(true);
    };
  }, [key, open]);

  return (
    <div className="hidden" aria-live="polite" data-testid="announcer">
      {words}
    </div>
  );
}

function endOfSentence(text: string): number {
  const ends = [...text.matchAll(/[.!?:]\s|\n/g)];
  const end = ends.at(-1);
  return end === undefined ? 0 : end.index + 1;
}
