import { useSyncExternalStore } from "react";
import { keep, kept } from "./kept";

export const appearances = ["auto", "light", "dark", "contrast"] as const;

export type Appearance = (typeof appearances)[number];

export interface Look {
  readonly chosen: Appearance;
  readonly scheme: "light" | "dark";
  readonly contrast: boolean;
}

// The same key as in public/first-paint.js, which paints before this runs.
const storageKey = "holdfast.color-scheme";

function isAppearance(value: string | null): value is Appearance {
  return appearances.some((each) => each === value);
}

/** High contrast is light or dark as the system has it; who chose light or dark gets just that. */
export function lookOf(chosen: Appearance, system: { readonly dark: boolean; readonly more: boolean }): Look {
  const scheme = system.dark ? "dark" : "light";
  if (chosen === "auto") return { chosen, scheme, contrast: system.more };
  if (chosen === "contrast") return { chosen, scheme, contrast: true };
  return { chosen, scheme: chosen, contrast: false };
}

const queries = { dark: "(prefers-color-scheme: dark)", more: "(prefers-contrast: more)" };
const listeners = new Set<() => void>();
let shown: Look | null = null;

function remembered(): Appearance {
  const value = kept(storageKey);
  return isAppearance(value) ? value : "auto";
}

function lookNow(chosen: Appearance): Look {
  return lookOf(chosen, { dark: matchMedia(queries.dark).matches, more: matchMedia(queries.more).matches });
}

function currentLook(): Look {
  shown ??= lookNow(remembered());
  return shown;
}

function show(chosen: Appearance): void {
  shown = lookNow(chosen);
  for (const listener of listeners) listener();
}

/** Light, dark, high contrast, or as the system has it; kept in this browser and taken over by its other tabs. */
export function chooseAppearance(chosen: Appearance): void {
  keep(storageKey, chosen);
  show(chosen);
}

/** Once, when the product starts: follows the system and the other tabs. */
export function followSystemLook(): void {
  for (const query of Object.values(queries))
    matchMedia(query).addEventListener("change", () => show(currentLook().chosen));
  window.addEventListener("storage", ({ key }) => {
    if (key === storageKey) show(remembered());
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useAppearance(): Look {
  return useSyncExternalStore(subscribe, currentLook);
}
