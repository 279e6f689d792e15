import { useEffect, useState } from "react";

/**
 * How many seconds are left of a wait, counted down to 0; `null` where there is none.
 *
 * @param what another one begins a new wait
 */
export function useCountdown(what: unknown, seconds: number | null): number | null {
  const [counted, setCounted] = useState<{ readonly of: unknown; readonly left: number } | null>(null);
  useEffect(() => {
    if (seconds === null) return;
    const ends = performance.now() + seconds * 1000;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      setCounted({ of: what, left });
      if (left === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [what, seconds]);
  return seconds === null ? null : counted !== null && counted.of === what ? counted.left : seconds;
}
