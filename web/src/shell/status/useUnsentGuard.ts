import { useEffect } from "react";
import type { Engine } from "@/engine/types";
import { isLeaving } from "@/platform/identity/leave";

/** Asks before the page closes while something is neither sent nor kept: it would be lost with it. */
export function useUnsentGuard(engine: Engine): void {
  useEffect(() => {
    function ask(event: BeforeUnloadEvent): void {
      if (isLeaving()) return;
      const waited = engine.unkeptCount() > 0;
      // Who leaves the page leaves the field as well, which saves it. Over a line that stands, that much still gets out.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      if (waited || (engine.unkeptCount() > 0 && engine.status().connection !== "live"))
        event.preventDefault();
    }
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [engine]);
}
