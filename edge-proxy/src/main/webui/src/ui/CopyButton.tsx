import { useEffect, useRef, useState } from 'react';
import { CheckIcon, CopyIcon } from './icons';

const SHOWN_MILLIS = 1_600;

/** Copies what `text` returns at the time of the click, and says whether that worked. */
export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = (): void => {
    const said = (result: 'done' | 'failed'): void => {
      setState(result);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setState('idle'), SHOWN_MILLIS);
    };
    // Missing on an origin without TLS.
    const written = navigator.clipboard?.writeText(text()) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => said('done'),
      () => said('failed'),
    );
  };

  const words = state === 'done' ? 'Copied' : state === 'failed' ? 'Select the text and copy it by hand' : label;
  return (
    <button type="button" className="icon-button small" onClick={copy} aria-label={words} title={words} data-testid="copy">
      {state === 'done' ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}
