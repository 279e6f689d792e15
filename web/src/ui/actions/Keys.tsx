import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Keys.module.css";
import { isApple, type KeyPress, parseShortcut } from "./shortcut";

function caps(press: KeyPress): string[] {
  const apple = isApple();
  const named: Record<string, string> = {
    enter: "↵",
    escape: "Esc",
    delete: apple ? "⌫" : "Del",
    arrowup: "↑",
    arrowdown: "↓",
    "up/down": "↑ ↓",
    "left/right": "← →",
    arrows: "↑ ↓ ← →",
    home: "Home",
    end: "End",
  };
  return [
    ...(press.mod ? [apple ? "⌘" : "Ctrl"] : []),
    ...(press.alt ? [apple ? "⌥" : "Alt"] : []),
    ...(press.shift ? [apple ? "⇧" : "Shift"] : []),
    named[press.key] ?? press.key.toUpperCase(),
  ];
}

interface Props {
  readonly shortcut: string;
  /** A reminder beside something that can also be touched; left out where there is hardly a keyboard. */
  readonly hint?: boolean;
}

/** A shortcut as key caps; a sequence says "then" between its presses. */
export function Keys({ shortcut, hint = false }: Props) {
  const { t } = useTranslation();
  return (
    <span className={classes.keys} data-hint={hint || undefined}>
      {parseShortcut(shortcut).map((press, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: presses of a constant have no other identity
        <Fragment key={index}>
          {index > 0 && <span className={classes.then}>{t("shortcuts.then")}</span>}
          {caps(press).map((cap) => (
            <kbd key={cap} className={classes.cap}>
              {cap}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
