import { type HistoryState, useLocation } from "@tanstack/react-router";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Where a page outside of all workspaces was opened from. */
    readonly origin?: string;
  }
}

/** Goes from a page to another part of it, and leads back to where it was opened from all the same. */
export function keepOrigin({ origin }: HistoryState): HistoryState {
  return origin === undefined ? {} : { origin };
}

/** Where the way back leads: to where this page was opened from, else to the start, which knows the last workspace. */
export function useOrigin(): string {
  return useLocation({ select: ({ state }) => state.origin }) ?? "/";
}
