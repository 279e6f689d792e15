import { useEffect } from "react";

/** Looks at once, then again and again, and whenever the page comes into view; not while nobody sees it. */
export function useWhileSeen(look: () => void, pauseMs: number): void {
  useEffect(() => {
    const lookIfSeen = () => {
      if (document.visibilityState === "visible") look();
    };
    lookIfSeen();
    const timer = setInterval(lookIfSeen, pauseMs);
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }, [look, pauseMs]);
}
