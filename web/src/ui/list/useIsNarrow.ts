import { type RefObject, useLayoutEffect, useState } from "react";

/** Whether the element is narrower than so many rem; known before anything is painted. */
export function useIsNarrow(element: RefObject<HTMLElement | null>, rem: number): boolean {
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const observed = element.current;
    if (observed === null) return;
    const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    // What is not shown has no width, and stays what it was.
    const measure = () => observed.clientWidth > 0 && setNarrow(observed.clientWidth < rem * root);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element, rem]);
  return narrow;
}
