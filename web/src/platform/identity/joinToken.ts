declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The secret of the invite that the join page is open for. */
    readonly joinToken?: string;
  }
}

/**
 * Where the secret of an invite goes when its link is opened: out of the address, which people see, copy and leave
 * behind, and into this one entry of the tab's history, where a reload and the way back find it. Nothing sends it
 * anywhere, no other tab has it, and it goes when the entry is replaced by what was joined.
 */
export function outOfAddress(hash: string) {
  return { to: "/join", replace: true, state: { joinToken: hash } } as const;
}
