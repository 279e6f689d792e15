import { useEffect } from "react";
import type { OfferedAction } from "./action";
import { offeredActions } from "./registry";
import { advance, type KeyPress, parseShortcut } from "./shortcut";

const sequenceMs = 1200;

/** A dialog or a menu lies over the page. */
export function isLayerOpen(): boolean {
  const layers = [...document.querySelectorAll('[role="dialog"], [role="menu"]')];
  return layers.some((layer) => layer.checkVisibility());
}

/** Where a key belongs to the control that has the focus, and not to us. */
function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (isLayerOpen()) return true;
  if (target?.closest('input, textarea, select, [contenteditable="true"]')) {
    // What is being typed has an undo of its own, and is chosen by itself.
    return !(event.ctrlKey || event.metaKey) || ["a", "z", "y"].includes(event.key.toLowerCase());
  }
  return ["Enter", " "].includes(event.key) && target?.closest('a, button, [role="radio"]') != null;
}

interface Waiting {
  readonly action: OfferedAction;
  readonly rest: readonly KeyPress[];
}

let claimed = false;

// From the first moment of the page, so that it is asked before anyone else hears of the key: a dialog that the key
// closes is gone by the time the key comes to us.
if (typeof window !== "undefined") {
  window.addEventListener(
    "keydown",
    (event) => {
      claimed = belongsToControl(event);
    },
    true,
  );
}

/** The one place that listens to the keyboard for actions. Mounted once. */
export function useShortcuts(): void {
  useEffect(() => {
    let waiting: readonly Waiting[] = [];
    let since = 0;

    function onKey(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || claimed) return;
      const begun = event.timeStamp - since < sequenceMs ? waiting : [];
      const fresh = offeredActions().flatMap((action) =>
        action.shortcut === undefined || action.ofControl === true
          ? []
          : [{ action, rest: parseShortcut(action.shortcut) }],
      );
      const step = (candidates: readonly Waiting[]): Waiting[] =>
        candidates.flatMap(({ action, rest }) => {
          const left = advance(rest, event);
          return left === null ? [] : [{ action, rest: left }];
        });
      const moved = step(begun);
      waiting = moved.length > 0 ? moved : step(fresh);
      since = event.timeStamp;
      const done = waiting.find(({ rest }) => rest.length === 0);
      if (done === undefined) return;
      event.preventDefault();
      waiting = [];
      done.action.run();
    }

    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
