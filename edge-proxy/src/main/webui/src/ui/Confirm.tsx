import { useEffect, useRef, useState } from 'react';

interface Props {
  /** On the button, for example "Delete". */
  readonly label: string;
  /** For those who do not see what it stands beside. */
  readonly hint: string;
  /** On the button that does it. */
  readonly yes: string;
  readonly testId: string;
  readonly disabled?: boolean;
  readonly onYes: () => void;
}

/** A button that asks once more, in its own place. Escape and leaving it mean no. */
export function Confirm({ label, hint, yes, testId, disabled = false, onYes }: Props) {
  const [asking, setAsking] = useState(false);
  const sure = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) sure.current?.focus();
  }, [asking]);

  if (!asking) {
    return (
      <button type="button" className="button button-quiet small-button" aria-label={hint} data-testid={testId} disabled={disabled} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  return (
    <button
      type="button"
      ref={sure}
      className="button button-danger small-button"
      data-testid={`${testId}-yes`}
      aria-label={`${yes}: ${hint}`}
      onBlur={() => setAsking(false)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setAsking(false);
      }}
      onClick={() => {
        setAsking(false);
        onYes();
      }}
    >
      {yes}
    </button>
  );
}
