import { useEffect, useRef } from 'react';
import { CopyButton } from '../ui/CopyButton';

interface Props {
  readonly name: string;
  readonly secret: string;
  readonly onDone: () => void;
}

/** A key that was just made. Nobody can show it again, so it goes only when the person says so. */
export function NewKey({ name, secret, onDone }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} tabIndex={-1} className="new-key" role="group" aria-label={`The new key ${name}`} data-testid="made-key">
      <p>
        <strong>Copy “{name}” now.</strong> It is shown this once and kept nowhere.
      </p>
      <div className="secret">
        <code data-testid="key-secret">{secret}</code>
        <CopyButton text={() => secret} label="Copy the key" />
      </div>
      <button type="button" className="button small-button" data-testid="key-kept" onClick={onDone}>
        I have it
      </button>
    </div>
  );
}
