import { useLocation } from "@tanstack/react-router";
import type { AddressLink } from "@/engine/api";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The secret of the link that the page is open for. */
    readonly linkToken?: string;
  }
}

type LinkPage = "/join" | "/keep" | "/reset" | "/sign-up" | "/verify" | `/address/${AddressLink}`;

/**
 * Where the secret of a link goes when it is opened: out of the address, which people see, copy and leave behind, and
 * into this one entry of the tab's history, where a reload and the way back find it. Nothing sends it anywhere, no
 * other tab has it, and it goes when the entry is replaced by what the link led to.
 */
export function outOfAddress(to: LinkPage, hash: string) {
  return { to, replace: true, state: { linkToken: hash } } as const;
}

/** The secret of the link that this page was opened by. */
export function useLinkToken(): string | undefined {
  return useLocation({ select: ({ state }) => state.linkToken });
}

/** Which opening of the link this is: another one each time, also of the same link. */
export function useLinkEntry(): string | undefined {
  return useLocation({ select: ({ state }) => state.__TSR_key });
}
