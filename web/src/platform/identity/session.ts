import { useSyncExternalStore } from "react";
import { type Account, ApiError, api, type Membership, problemOf, type SignUp } from "@/engine/api";
import { finishLeaving, noteLeaving, wipeOtherWorkspaces, wipeStores } from "@/engine/indexedStore";
import { dropShell } from "@/platform/offline/versions";
import { followAccountLanguage } from "@/ui/language/i18n";
import { forgetAccount, keepAccount, keptAccount } from "./keptAccount";
import { isSignOutOwed, oweSignOut } from "./owedSignOut";
import { setShared } from "./sharedComputer";

/** `undefined` until someone asked; `null` when nobody is signed in. */
let account: Account | null | undefined;
/** Whether the server said so, and not what was kept of its last answer. */
let isConfirmed = false;
/** Raised by whatever this page itself learns or decides of the account: what the server was asked before is out of date. */
let turn = 0;
const listeners = new Set<() => void>();

function put(next: Account | null): void {
  account = next;
  for (const listener of listeners) listener();
  if (next !== null) void followAccountLanguage(next.user.language);
}

/** As the server says it. Of workspaces that it does not name nothing stays readable here. */
async function confirm(next: Account): Promise<Account> {
  hold(next);
  const workspaces = next.workspaces.map(({ id }) => id);
  // A browser that gives no disk keeps nothing; else the next answer tries again.
  await wipeOtherWorkspaces(next.user.id, workspaces).catch(() => undefined);
  return next;
}

function hold(next: Account): void {
  isConfirmed = true;
  keepAccount(next);
  put(next);
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

/** Who is signed in, for a page of a workspace: of one that the account is not known to be in, nothing opens unasked. */
export async function accountIn(workspace: string): Promise<Account | null> {
  const known = await loadAccount();
  if (known === null || known.workspaces.some(({ id }) => id === workspace)) return known;
  await reloadAccount();
  return account ?? null;
}

/** Who is signed in, as the server says; for pages that are nothing without it. Throws where it cannot be reached. */
export async function confirmedAccount(): Promise<Account | null> {
  if (account !== null && !isConfirmed) await reloadAccount();
  return account ?? null;
}

/** Asks the server for what was taken for granted, when it can be reached again. */
export async function bringAccountUpToDate(): Promise<void> {
  if (!isConfirmed) await refreshAccount();
}

/** Asks the server anew, where someone may have given or taken a right meanwhile. Without it all stays as it was. */
export async function refreshAccount(): Promise<void> {
  const asked = turn;
  const next = await askServer().catch(() => null);
  if (next === null || asked !== turn) return;
  if (!isConfirmed || JSON.stringify(next) !== JSON.stringify(account)) await confirm(next);
}

async function reloadAccount(): Promise<void> {
  const asked = turn;
  const next = await askServer();
  if (asked !== turn) return;
  if (next !== null) await confirm(next);
  else {
    forgetAccount();
    put(null);
  }
  await finishLeaving(account?.user.id ?? null);
}

async function askServer(): Promise<Account | null> {
  // Nobody is signed in here until then; a sign-in ends that session as well, so it is not kept waiting.
  if (!(await payOwedSignOut())) return null;
  try {
    return await api.me();
  } catch (error) {
    if (!(error instanceof ApiError) || !endedCodes.includes(error.code)) throw error;
    return null;
  }
}

/** @param shared whether others use this browser too: then nothing is kept, and what was kept before is wiped. */
export async function signIn(body: Parameters<typeof api.signIn>[0], shared: boolean): Promise<Account> {
  return begin(await api.signIn(body), shared);
}

/**
 * @param shared as in `signIn`
 * @returns `null` where a mail goes first to the address, which leads to `confirmSignUp`
 */
export async function signUp(body: SignUp, shared: boolean): Promise<Account | null> {
  const next = await api.signUp(body);
  return next === undefined ? null : begin(next, shared);
}

/** @param shared as in `signIn` */
export async function confirmSignUp(
  body: { readonly token: string; readonly password: string },
  shared: boolean,
): Promise<Account> {
  return begin(await api.confirmSignUp(body), shared);
}

/** A new session has ended the one before it, also where a sign-out was owed. */
async function begin(next: Account, shared: boolean): Promise<Account> {
  turn++;
  oweSignOut(false);
  // Before, for who signs in is kept.
  setShared(shared);
  if (shared) {
    forgetAccount();
    await Promise.all([wipeStores(), dropShell()]);
  }
  return confirm(next);
}

/**
 * Ends the session that someone has left without the server. Throws where there is no network still.
 *
 * @returns whether it could be ended; where not, the server would take whoever asks for the one who left
 */
async function payOwedSignOut(): Promise<boolean> {
  if (!isSignOutOwed()) return true;
  const refused = await problemOf(api.signOut());
  if (refused?.code === "network.unreachable") throw new ApiError(refused);
  if (refused !== null) return false;
  oweSignOut(false);
  await dropShell();
  return true;
}

/**
 * Forgets the person here. Where the server cannot be reached it ends the session later: before anything else that a page
 * of this browser asks of it.
 */
export async function signOut(): Promise<void> {
  turn++;
  const leaving = account?.user.id;
  if (leaving !== undefined) {
    // If the page ends in the middle of it, the next one asks the server, and does the rest.
    noteLeaving(leaving);
    forgetAccount(leaving);
  }
  try {
    await api.signOut();
  } catch (error) {
    if (!(error instanceof ApiError) || !error.isOpen) {
      noteLeaving(null);
      if (account != null) keepAccount(account);
      throw error;
    }
    oweSignOut(true);
  }
  await end(leaving);
}

/** The same where the server has ended all sessions of the person already. */
export async function endHere(): Promise<void> {
  turn++;
  const leaving = account?.user.id;
  if (leaving !== undefined) {
    noteLeaving(leaving);
    forgetAccount(leaving);
  }
  await end(leaving);
}

async function end(leaving: string | undefined): Promise<void> {
  if (leaving !== undefined) await wipeStores(leaving);
  // Without the page nobody could come back before there is a network. It holds nothing of anybody.
  if (!isSignOutOwed()) await dropShell();
  noteLeaving(null);
  // Whoever asked in the middle of it may have been told of the session that has ended.
  turn++;
  put(null);
  signOuts.postMessage(null);
}

/** Calls when another tab of this browser signed out whoever is signed in here. */
export function onSignedOutElsewhere(leave: () => void): void {
  signOuts.addEventListener("message", () => {
    turn++;
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
  turn++;
  hold({ ...account, workspaces: [...others, membership] });
}

/** Forgets a workspace that the person has left, with all that this browser kept of it. */
export async function dropMembership(workspace: string): Promise<void> {
  if (account == null) return;
  turn++;
  await confirm({ ...account, workspaces: account.workspaces.filter(({ id }) => id !== workspace) });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useAccount(): Account | null {
  return useSyncExternalStore(subscribe, () => account ?? null);
}
