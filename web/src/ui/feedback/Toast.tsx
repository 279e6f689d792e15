import { Button, CloseButton } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Toast.module.css";

export interface ToastContent {
  readonly text: string;
  /** The way back, say. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Long enough to read it twice; whoever points at it keeps it. */
const shownFor = 8_000;

let shown: ToastContent | null = null;
const listeners = new Set<() => void>();

/** Says what was just done, in place of what was said before; `null` takes it away. */
export function toast(content: ToastContent | null): void {
  shown = content;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The one place where toasts appear; mounted once for the whole app. */
export function Toast() {
  const { t } = useTranslation();
  const content = useSyncExternalStore(subscribe, () => shown);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (content === null || held) return;
    const timer = setTimeout(() => toast(null), shownFor);
    return () => clearTimeout(timer);
  }, [content, held]);

  function act(): void {
    toast(null);
    setHeld(false);
    content?.action?.run();
  }

  return (
    <div role="status">
      {content !== null && (
        // biome-ignore lint/a11y/noStaticElementInteractions: to point at it is not to act on it
        <div
          className={classes.toast}
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span className={classes.text} dir="auto">
            {content.text}
          </span>
          {content.action && (
            <Button variant="subtle" size="compact-sm" onClick={act}>
              {content.action.label}
            </Button>
          )}
          <CloseButton size="sm" aria-label={t("common.close")} onClick={() => toast(null)} />
        </div>
      )}
    </div>
  );
}
