import { useSyncExternalStore } from "react";
import { type Account, ApiError, api, type Membership, type SignUp } from "@/engine/api";
import { finishLeaving, noteLeaving, wipeStores } from "@/engine/indexedStore";
import { followAccountLanguage } from "@/ui/language/i18n";

/** `undefined` until the server was asked; `null` when nobody is signed in. */
let account: Account | null | undefined;
const listeners = new Set<() => void>();

function put(next: Account | null): void {
  account = next;
  for (const listener of listeners) listener();
  if (next !== null) void followAccountLanguage(next.user.language);
}

/** Tells the other tabs of this browser that the person left on purpose. A session that merely ended is not told. */
const signOuts = new BroadcastChannel("holdfast.sign-out");

const endedCodes: readonly string[] = ["session.required", "session.ended"];

/** Who is signed in; asks the server once. Throws where the server cannot be reached. */
export async function loadAccount(): Promise<Account | null> {
  if (account === undefined) await reloadAccount();
  return account ?? null;
}

export async function reloadAccount(): Promise<void> {
  try {
    put(await api.me());
  } catch (error) {
    if (!(error instanceof ApiError) || !endedCodes.includes(error.code)) throw error;
    put(null);
  }
  await finishLeaving(account?.user.id ?? null);
}

export async function signIn(email: string, password: string): Promise<Account> {
  const next = await api.signIn({ email, password });
  put(next);
  return next;
}

export async function signUp(body: SignUp): Promise<Account> {
  const next = await api.signUp(body);
  put(next);
  return next;
}

export async function signOut(): Promise<void> {
  const leaving = account?.user.id;
  noteLeaving(leaving ?? null);
  try {
    await api.signOut();
  } catch (error) {
    noteLeaving(null);
    throw error;
  }
  if (leaving !== undefined) await wipeStores(leaving);
  noteLeaving(null);
  put(null);
  signOuts.postMessage(null);
}

/** Calls when another tab of this browser signed out whoever is signed in here. */
export function onSignedOutElsewhere(leave: () => void): void {
  signOuts.addEventListener("message", () => {
    if (account != null) leave();
  });
}

export function addMembership(membership: Membership): void {
  if (account == null) return;
  const others = account.workspaces.filter((workspace) => workspace.id !== membership.id);
  put({ ...account, workspaces: [...others, membership] });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useAccount(): Account | null {
  return useSyncExternalStore(subscribe, () => account ?? null);
}
