/** Says what did not work, and offers to try again where that may help. */
export function Trouble({ text, onRetry }: { readonly text: string; readonly onRetry?: (() => void) | undefined }) {
  return (
    <p className="trouble" role="alert">
      {text}
      {onRetry !== undefined && (
        <button type="button" className="link" onClick={onRetry}>
          Try again
        </button>
      )}
    </p>
  );
}
