import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Nearer to the end than this counts as being at the end. */
const NEAR_PIXELS = 56;

export interface StickToBottom {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly stuck: boolean;
  toBottom(): void;
}

/**
 * Keeps a scrolled box at its end while its content grows, until the person scrolls up; and keeps what they read in place
 * when older content is put in front of it (`firstKey` changes).
 */
export function useStickToBottom(firstKey: string | undefined): StickToBottom {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const before = useRef<{ key: string | undefined; height: number }>({ key: undefined, height: 0 });
  const [stuck, setStuck] = useState(true);

  const toBottom = useCallback(() => {
    following.current = true;
    setStuck(true);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);

  useEffect(() => {
    const element = box.current;
    const grown = content.current;
    if (!element || !grown) return;
    let lastTop = element.scrollTop;
    const onScroll = (): void => {
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PIXELS;
      // Growing content moves the end away without anybody scrolling: only a movement upwards lets go.
      if (element.scrollTop < lastTop - 1 && !atEnd) following.current = false;
      if (atEnd) following.current = true;
      lastTop = element.scrollTop;
      setStuck(following.current);
    };
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) following.current = false;
    };
    const sizes = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
      before.current.height = element.scrollHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: true });
    sizes.observe(grown);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
      sizes.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { key, height } = before.current;
    if (key !== undefined && key !== firstKey && !following.current) {
      element.scrollTop += element.scrollHeight - height;
    }
    before.current = { key: firstKey, height: element.scrollHeight };
  }, [firstKey]);

  return { box, content, stuck, toBottom };
}
