import { useEffect, type RefObject } from 'react';

/** Esc stops the answer; `/` and Ctrl+K (or Cmd+K) lead to the composer. */
export function useChatKeys(input: RefObject<HTMLTextAreaElement | null>, stop: (() => void) | null): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) {
        return;
      }
      if (event.key === 'Escape' && stop !== null) {
        stop();
      } else if ((event.key === '/' && !isTyping(event.target)) || (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey))) {
        event.preventDefault();
        input.current?.focus();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [input, stop]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));
}
