import { useEffect, useRef, useState, type RefObject } from 'react';

/** The width of an element in pixels, as it changes: a chart is drawn for the width it has, so that its text keeps its size. */
export function useWidth<E extends Element>(first: number): readonly [RefObject<E | null>, number] {
  const box = useRef<E>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const sizes = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(Math.floor(entry.contentRect.width));
    });
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return [box, width];
}
