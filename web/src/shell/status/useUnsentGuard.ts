import { useEffect } from "react";
import type { Engine } from "@/engine/types";

/** Asks before the page closes while something was not sent: it would be lost with it. */
export function useUnsentGuard(engine: Engine): void {
  useEffect(() => {
    function ask(event: BeforeUnloadEvent): void {
      if (engine.pendingCount() > 0) event.preventDefault();
    }
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [engine]);
}
