import type { Account } from "@/engine/api";
import { isShared } from "./sharedComputer";

const name = "holdfast.account";

/** Who was signed in here when the server was last asked, so that a page opens without it; `null` where nobody was. */
export function keptAccount(): Account | null {
  const text = localStorage.getItem(name);
  return text === null ? null : JSON.parse(text);
}

export function keepAccount(account: Account): void {
  try {
    if (!isShared()) localStorage.setItem(name, JSON.stringify(account));
  } catch {
    // Without room the next page asks the server.
  }
}

/** The session is over, so the next page asks the server first. A `user` who is not the one that is kept changes nothing. */
export function forgetAccount(user?: string): void {
  if (user === undefined || keptAccount()?.user.id === user) localStorage.removeItem(name);
}
