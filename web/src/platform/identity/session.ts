import { useSyncExternalStore } from "react";
import { type Account, ApiError, api, type Membership, type SignUp } from "@/engine/api";
import { finishLeaving, noteLeaving, wipeStores } from "@/engine/indexedStore";
import { dropShell } from "@/platform/offline/versions";
import { followAccountLanguage } from "@/ui/language/i18n";
import { forgetAccount, keepAccount, keptAccount } from "./keptAccount";
import { isSignOutOwed, oweSignOut } from "./owedSignOut";
import { setShared } from "./sharedComputer";

/** `undefined` until someone asked; `null` when nobody is signed in. */
let account: Account | null | undefined;
/** Whether the server said so, and not what was kept of its last answer. */
let isConfirmed = false;
const listeners = new Set<() => void>();

function put(next: Account | null): void {
  account = next;
  for (const listener of listeners) listener();
  if (next !== null) void followAccountLanguage(next.user.language);
}

/** As the server says it. */
function confirm(next: Account): Account {
  isConfirmed = true;
  keepAccount(next);
  put(next);
  return next;
}

/** Tells the other tabs of this browser that the person left on purpose. A session that merely ended is not told. */
const signOuts = new BroadcastChannel("holdfast.sign-out");

const endedCodes: readonly string[] = ["session.required", "session.ended"];

/**
 * Who is signed in. Whoever was so before is taken for it, so that a page opens at once and without a network; the engine
 * hides it where the session has ended. Throws where there was nobody and the server cannot be reached.
 */
export async function loadAccount(): Promise<Account | null> {
  if (account === undefined) {
    const kept = keptAccount();
    if (kept === null) await reloadAccount();
    else put(kept);
  }
  return account ?? null;
}

/** Who is signed in, as the server says; for pages that are nothing without it. Throws where it cannot be reached. */
export async function confirmedAccount(): Promise<Account | null> {
  if (account !== null && !isConfirmed) await reloadAccount();
  return account ?? null;
}

/** Asks the server for what was taken for granted, when it can be reached again. */
export async function bringAccountUpToDate(): Promise<void> {
  if (isConfirmed) return;
  const next = await askServer().catch(() => null);
  if (next !== null) confirm(next);
}

async function reloadAccount(): Promise<void> {
  const next = await askServer();
  if (next !== null) confirm(next);
  else {
    forgetAccount();
    put(null);
  }
  await finishLeaving(account?.user.id ?? null);
}

async function askServer(): Promise<Account | null> {
  await payOwedSignOut();
  try {
    return await api.me();
  } catch (error) {
    if (!(error instanceof ApiError) || !endedCodes.includes(error.code)) throw error;
    return null;
  }
}

/** @param shared whether others use this browser too: then nothing is kept, and what was kept before is wiped. */
export async function signIn(email: string, password: string, shared: boolean): Promise<Account> {
  await payOwedSignOut();
  const next = await api.signIn({ email, password });
  // Before, for who signs in is kept.
  setShared(shared);
  if (shared) {
    forgetAccount();
    await Promise.all([wipeStores(), dropShell()]);
  }
  return confirm(next);
}

export async function signUp(body: SignUp): Promise<Account> {
  await payOwedSignOut();
  return confirm(await api.signUp(body));
}

/** Ends the session that someone has left without a network. Throws where there still is none. */
async function payOwedSignOut(): Promise<void> {
  if (!isSignOutOwed()) return;
  await api.signOut();
  oweSignOut(false);
  await dropShell();
}

/**
 * Forgets the person here. Where the server cannot be reached it ends the session later: before anything else that a page
 * of this browser asks of it.
 */
export async function signOut(): Promise<void> {
  const leaving = account?.user.id;
  if (leaving !== undefined) {
    // If the page ends in the middle of it, the next one asks the server, and does the rest.
    noteLeaving(leaving);
    forgetAccount(leaving);
  }
  try {
    await api.signOut();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "network.unreachable") {
      noteLeaving(null);
      if (account != null) keepAccount(account);
      throw error;
    }
    oweSignOut(true);
  }
  if (leaving !== undefined) await wipeStores(leaving);
  // Without the page nobody could come back before there is a network. It holds nothing of anybody.
  if (!isSignOutOwed()) await dropShell();
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

/** Keeps the language for whoever is signed in, so that other browsers follow. Shown here it is in any case. */
export async function keepLanguage(language: string): Promise<void> {
  await api.chooseLanguage(language).catch((error: unknown) => {
    // Where there is no connection, this browser remembers it alone.
    if (!(error instanceof ApiError)) throw error;
  });
  if (account != null) account = { ...account, user: { ...account.user, language } };
}

export function addMembership(membership: Membership): void {
  if (account == null) return;
  const others = account.workspaces.filter((workspace) => workspace.id !== membership.id);
  confirm({ ...account, workspaces: [...others, membership] });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useAccount(): Account | null {
  return useSyncExternalStore(subscribe, () => account ?? null);
}
