import { useEffect, useRef } from "react";
import { type Action, isPossible, type OfferedAction } from "./action";

type Offer = () => readonly OfferedAction[];

const offers = new Set<Offer>();

/** Whatever can be done right now; what was offered last comes first, as it is the closest to the person. */
export function offeredActions(): readonly OfferedAction[] {
  return reachable([...offers].reverse().flatMap((offer) => offer()));
}

/** Each once. A key that is an action by itself begins no sequence: what it would begin is reached without keys. */
export function reachable(actions: readonly OfferedAction[]): readonly OfferedAction[] {
  const seen = new Set<string>();
  const distinct = actions.filter(({ id }) => !seen.has(id) && seen.add(id));
  return distinct.map((action) => {
    const { shortcut, ...rest } = action;
    return distinct.some((other) => shortcut?.startsWith(`${other.shortcut} `)) ? rest : action;
  });
}

/** Offers these actions with this context for as long as the component is on the screen. */
export function useActions<Context>(actions: readonly Action<Context>[], context: Context): void {
  const latest = useRef({ actions, context });
  useEffect(() => {
    latest.current = { actions, context };
  });
  useEffect(() => {
    const offer: Offer = () => {
      const now = latest.current;
      return now.actions
        .filter((action) => isPossible(action, now.context))
        .map(({ when: _, run, ...rest }) => ({ ...rest, run: () => run(latest.current.context) }));
    };
    offers.add(offer);
    return () => void offers.delete(offer);
  }, []);
}
