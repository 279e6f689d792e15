/** One key press: `mod` is Cmd on Apple keyboards, Ctrl elsewhere. */
export interface KeyPress {
  readonly key: string;
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

/** Reads `"n"`, `"mod+k"` or a sequence such as `"g c"`. */
export function parseShortcut(text: string): readonly KeyPress[] {
  return text.split(" ").map((press) => {
    const parts = press.toLowerCase().split("+");
    return {
      key: parts[parts.length - 1] ?? "",
      mod: parts.includes("mod"),
      shift: parts.includes("shift"),
      alt: parts.includes("alt"),
    };
  });
}

export interface KeyLike {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** A sign such as `?` needs Shift on some keyboards and not on others, so Shift counts for letters alone. */
function shiftMatters(key: string): boolean {
  return key.length > 1 || key.toLowerCase() !== key.toUpperCase();
}

export function matches(press: KeyPress, event: KeyLike): boolean {
  if (event.key.toLowerCase() !== press.key) return false;
  if ((event.ctrlKey || event.metaKey) !== press.mod || event.altKey !== press.alt) return false;
  return !shiftMatters(press.key) || event.shiftKey === press.shift;
}

/** How far a sequence got: the presses that are still wanted, `[]` when it is complete, `null` when it broke. */
export function advance(rest: readonly KeyPress[], event: KeyLike): readonly KeyPress[] | null {
  const [next, ...others] = rest;
  return next !== undefined && matches(next, event) ? others : null;
}

export function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
