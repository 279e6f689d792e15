import type { Role } from "@/contract/contract";
import { type FormBody, type FormName, FormTokens } from "./formTokens";
import type { Problem } from "./protocol";
import type { ClientErrorCode } from "./types";

/** Who is signed in, and where. */
export interface Account {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly language: string;
  };
  /** Whether this person runs the server. */
  readonly isOperator: boolean;
  /** Whether the address is yet to be confirmed, and whether the server shows no data before. */
  readonly verification: "none" | "asked" | "required";
  readonly workspaces: readonly Membership[];
}

/** A browser in which I am signed in; `address` is the neighbourhood of its network. */
export interface Session {
  readonly id: string;
  readonly agent: string;
  readonly address: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly isThis: boolean;
}

/** What a program gets in with; over after `refreshBy` unless it is used before, and after `expiresAt` in any case. */
export interface AccessToken {
  readonly id: string;
  readonly name: string;
  readonly usedAt: string | null;
  readonly refreshBy: string;
  readonly expiresAt: string;
}

/** `token` is shown this once. */
export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly expiresAt: string;
}

/** A workspace and my role in it. */
export interface Membership {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Makes a workspace, or joins the one that the invite is for. */
export type SignUp = FormBody & {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly language?: string;
  /** The token of the link that the server printed, for whoever is the first. */
  readonly first?: string;
} & ({ readonly workspace: string } | { readonly invite: string });

/** Who may sign up: anybody, who has an invite, or, before anybody is there, who has the link that the server printed. */
export type SignUpWay = "open" | "invited" | "first";

export interface Invite {
  readonly id: string;
  readonly role: Role;
  /** The only address that the link works for; `null` where it works for whoever has it. */
  readonly email: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly createdBy: string;
}

/** `link` is shown this once. */
export interface NewInvite {
  readonly id: string;
  readonly role: Role;
  readonly email: string | null;
  readonly link: string;
  /** Whether the address gets a link of its own by mail. */
  readonly isMailed: boolean;
  readonly expiresAt: string;
}

export interface InvitePreview {
  readonly workspace: { readonly id: string; readonly name: string };
  readonly role: Role;
  /** Whether it lets in only who has the address that it was made for. Which one that is, it does not tell. */
  readonly forOneAddress: boolean;
  readonly invitedBy: string;
}

/** How a queue stands. Counts end at 10,000, which says "or more"; `oldest` in seconds. */
export interface QueueState {
  readonly queue: string;
  readonly paused: boolean;
  readonly waiting: number;
  readonly oldest: number | null;
  readonly running: number;
  readonly later: number;
  readonly failed: number;
}

/** A process that does jobs; `silence` in seconds. */
export interface WorkerState {
  readonly id: string;
  readonly host: string;
  readonly startedAt: string;
  readonly silence: number;
  readonly running: number;
}

export interface ScheduleState {
  readonly name: string;
  readonly expression: string;
  readonly zone: string;
  readonly nextAt: string;
}

/** `workspace` has no name where the job is the server's own; it can be tried again until `forgetAt`. */
export interface FailedJob {
  readonly id: string;
  readonly workspace: string;
  readonly workspaceName: string | null;
  readonly kind: string;
  readonly queue: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly endedAt: string;
  readonly forgetAt: string;
}

/** Somebody is kept from trying a person's password for so many seconds yet. */
export interface LockState {
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly seconds: number;
}

/** The jobs of the whole server, for whoever runs it; of those that failed the newest. */
export interface JobsState {
  readonly queues: readonly QueueState[];
  readonly workers: readonly WorkerState[];
  readonly schedules: readonly ScheduleState[];
  readonly failed: readonly FailedJob[];
}

export interface BackupState {
  readonly name: string;
  readonly kind: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly bytes: number;
}

/**
 * What restoring the newest backup has shown; times in seconds. It did not restore where `restoreSeconds` is 0. `found` has
 * the first of the findings, in the server's words.
 */
export interface BackupTrial {
  readonly backup: string;
  readonly triedAt: string;
  readonly age: number;
  readonly restoreSeconds: number;
  readonly workspaces: number;
  readonly entries: number;
  readonly findings: number;
  readonly found: readonly string[];
}

/** Without a `place` there are none. */
export type BackupsState =
  | { readonly place: null }
  | {
      readonly place: string;
      readonly keepDays: number;
      /** In the server's words, for whoever runs it. */
      readonly trouble: string | null;
      readonly backups: readonly BackupState[];
      readonly trial: BackupTrial | null;
    };

/** How a reader of the log stands, in all workspaces together; `oldest` in seconds. */
export interface ConsumerSum {
  readonly consumer: string;
  readonly isPaused: boolean;
  /** Whether it can be sent back to the start. */
  readonly canRebuild: boolean;
  readonly workspaces: number;
  /** In how many of them there is something to read. */
  readonly dirty: number;
  /** In how many of them an entry fails. */
  readonly failing: number;
  /** Entries that are yet to be handled. */
  readonly lag: number;
  readonly oldest: number | null;
}

/** A workspace in which a consumer fails or lags: it has handled `seq`, comes to `next`, and the log ends with `head`. */
export interface ConsumerPlace {
  readonly consumer: string;
  readonly workspaceId: string;
  readonly seq: number;
  readonly next: number | null;
  readonly head: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly failingSince: string | null;
  readonly retryAt: string | null;
}

export interface ConsumersState {
  readonly consumers: readonly ConsumerSum[];
  readonly behind: readonly ConsumerPlace[];
}

/** One of the tables of a series: its parts begin with `from` and `to`. */
export interface SeriesTable {
  readonly holds: "points" | "hours" | "days";
  readonly parts: number;
  readonly from: string | null;
  readonly to: string | null;
  /** Whether there is a part for what happens now. */
  readonly hasNow: boolean;
  readonly bytes: number;
  readonly rows: number;
  readonly keepDays: number;
}

export interface SeriesState {
  readonly name: string;
  readonly values: readonly string[];
  readonly tables: readonly SeriesTable[];
}

/** What I say of myself. */
export interface Profile {
  readonly name: string;
  readonly email: string;
  readonly language: string;
  /** As IANA names it; `null` until I choose one. */
  readonly timeZone: string | null;
  /** Whether I have shown that the address is mine. */
  readonly isVerified: boolean;
  /** The address that I asked for and have yet to confirm. */
  readonly nextEmail: string | null;
}

/** Confirms the address there is, or a new one, or puts the former one back. */
export type AddressLink = "verify" | "confirm" | "undo";

/** A file with all of my data, which can be fetched until `until`. `bytes` once it is done. */
export interface DataExport {
  readonly id: string;
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly percent: number;
  readonly bytes: number | null;
  readonly askedAt: string;
  readonly until: string;
}

/** What it would mean now to delete my account; I can keep it for so many `days`. */
export interface Consequences {
  /** Workspaces of which I am the only owner, and in which others work. */
  readonly blocking: readonly { readonly id: string; readonly name: string }[];
  /** Workspaces in which I am alone: they go with me. */
  readonly going: readonly { readonly id: string; readonly name: string }[];
  readonly isLastOperator: boolean;
  readonly days: number;
}

/** What happened to a person, a session or a right, as OWASP's logging vocabulary calls it. */
export interface SecurityEvent {
  readonly id: string;
  readonly at: string;
  readonly name: SecurityEventName;
  /** Whom it concerns. */
  readonly user: string | null;
  readonly workspace: string | null;
  readonly session: string | null;
  /** The neighbourhood it came from, such as `192.0.2.0/24`. */
  readonly address: string | null;
  readonly agent: string | null;
  readonly details: Readonly<Record<string, string>> | null;
}

export const securityEventNames = [
  "authn_login_success",
  "authn_login_fail",
  "authn_login_leaving",
  "authn_login_lock",
  "authn_login_unlock",
  "authn_password_change",
  "authn_password_change_fail",
  "authn_token_created",
  "authn_token_fail",
  "authn_token_refreshed",
  "authn_token_reuse",
  "authn_token_revoked",
  "authz_admin",
  "authz_change",
  "authz_fail",
  "excess_rate_limit_exceeded",
  "excess_sessions_exceeded",
  "malicious_attack_tool",
  "malicious_content",
  "malicious_cors",
  "privilege_permissions_changed",
  "sensitive_read",
  "session_created",
  "session_expired",
  "session_renewed",
  "session_use_after_expire",
  "session_use_from_elsewhere",
  "user_created",
  "user_deleted",
  "user_deletion_cancelled",
  "user_deletion_requested",
  "user_updated",
] as const;
export type SecurityEventName = (typeof securityEventNames)[number];

/** `from` and `to` are times; `after` is the `next` of the page before. */
export interface EventFilter {
  readonly name?: SecurityEventName;
  readonly user?: string;
  readonly from?: string;
  readonly to?: string;
  readonly after?: string;
}

/** The newest first. Who the people are is said only to whoever runs the server. */
export interface EventPage {
  readonly events: readonly SecurityEvent[];
  readonly next: string | null;
  readonly people: Readonly<Record<string, { readonly name: string; readonly email: string }>> | null;
}

/** How often something happened in the hour or the day that begins with `at`. */
export interface EventCount {
  readonly at: string;
  readonly name: SecurityEventName;
  readonly times: number;
  /** How many of them were so many that they were only counted. */
  readonly unwritten: number;
}

/** Whose events one asks for. */
export const eventDoors = {
  mine: "/api/me/events",
  workspace: (workspace: string) => at(workspace, "events"),
  server: "/api/operator/events",
};

/** What a password hash costs on the server's machine: Argon2id with so much memory and so many passes. */
export interface PasswordCosts {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly milliseconds: number;
  readonly perSecondAndCore: number;
  readonly cores: number;
}

/** A request that failed; `problem.code` is what to translate, `problem.field` which input it is about. */
export class ApiError extends Error {
  readonly problem: Problem<ClientErrorCode>;

  constructor(problem: Problem<ClientErrorCode>) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = "ApiError";
    this.problem = problem;
  }

  get code(): ClientErrorCode {
    return this.problem.code;
  }

  /** Whether nobody knows what became of the request: there was no answer, a gateway gave it, or the server broke. */
  get isOpen(): boolean {
    return this.code === "response.malformed" || this.problem.status === 0 || this.problem.status >= 500;
  }
}

/** What a request failed with, for whoever is told of it; `null` where it did not. Any other fault is thrown. */
export async function problemOf(request: Promise<unknown>): Promise<Problem<ClientErrorCode> | null> {
  try {
    await request;
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.problem;
  }
}

/** The calls of the server that are not records. Each throws `ApiError`. */
export const api = {
  signUpWay: async () => (await send<{ readonly way: SignUpWay }>("GET", "/api/sign-up")).way,
  /** Without an account where a mail has to show first that the address is the person's. */
  signUp: (body: SignUp) => sendForm<Account | undefined>("sign-up", body),
  /** Which address the link of a mail shows. Uses nothing up. */
  lookAtSignUp: (token: string) => sendOpenly<{ readonly email: string }>("/api/sign-up/look", { token }),
  confirmSignUp: (body: { readonly token: string; readonly password: string }) =>
    sendOpenly<Account>("/api/sign-up/confirm", body),
  signIn: (body: FormBody & { readonly email: string; readonly password: string }) =>
    sendForm<Account>("sign-in", body),
  /** Sends a link to set a new password by, where somebody has the address. The answer is the same where not. */
  forgot: (body: FormBody & { readonly email: string }) => sendForm<void>("forgot", body),
  /** Whose password the link of a mail sets. Uses nothing up. */
  lookAtReset: (token: string) => sendOpenly<{ readonly email: string }>("/api/reset/look", { token }),
  /** Sets a new password by the link of a mail, and ends all sessions of the person. */
  reset: (body: FormBody & { readonly token: string; readonly password: string }) =>
    sendForm<void>("reset", body),
  signOut: () => send<void>("POST", "/api/sign-out", {}),
  /** Proves the password once more: for five minutes nothing asks for it. */
  prove: (password: string) => sendOnce<void>("POST", "/api/session/proof", { password }),
  /** Asks for the password where it was not proven lately: for what the browser fetches by an address alone. */
  ensureProof: () => send<void>("GET", "/api/session/proof"),
  /** The browsers in which I am signed in, this one first. */
  sessions: async (): Promise<readonly Session[]> =>
    (await send<{ sessions: Session[] }>("GET", "/api/sessions")).sessions,
  endSession: (id: string) => send<void>("POST", `/api/sessions/${encodeURIComponent(id)}/end`, {}),
  endOtherSessions: () => send<{ ended: number }>("POST", "/api/sessions/end-others", {}),
  tokens: async (): Promise<readonly AccessToken[]> =>
    (await send<{ tokens: AccessToken[] }>("GET", "/api/tokens")).tokens,
  makeToken: (wish: { readonly name: string; readonly days: string }) =>
    send<NewToken>("POST", "/api/tokens", wish),
  endToken: (id: string) => send<void>("POST", `/api/tokens/${encodeURIComponent(id)}/end`, {}),
  me: () => send<Account>("GET", "/api/me"),
  chooseLanguage: (language: string) => send<void>("POST", "/api/me/language", { language }),
  profile: () => send<Profile>("GET", "/api/me/profile"),
  /** Sends a link to confirm my address by. */
  askToVerify: () => send<void>("POST", "/api/me/verification", {}),
  /** Sends a link to another address, which becomes mine by it. The answer is the same where somebody has it. */
  askForAddress: (email: string) => send<void>("POST", "/api/me/email", { email }),
  keepAddress: () => send<void>("DELETE", "/api/me/email"),
  /** What the links of mails about addresses show, and do. To look uses nothing up. */
  lookAtAddress: (link: AddressLink, token: string) =>
    send<{ readonly email: string; readonly takesPassword?: boolean }>("POST", `/api/address/${link}/look`, {
      token,
    }),
  followAddressLink: (link: AddressLink, token: string, password?: string) =>
    send<void>("POST", `/api/address/${link}`, { token, password }),
  /** Of whom among the people that I work with there is a picture, and by which hash it is asked for. */
  pictures: async () =>
    (await send<{ pictures: Readonly<Record<string, string>> }>("GET", "/api/people/pictures")).pictures,
  pictureAddress: (user: string, hash: string) =>
    `/api/people/${encodeURIComponent(user)}/picture/${encodeURIComponent(hash)}`,
  /** @param image a small PNG, JPEG or WebP in base64 */
  setPicture: (image: string) => send<{ hash: string }>("POST", "/api/me/picture", { image }),
  removePicture: () => send<void>("DELETE", "/api/me/picture"),
  changeProfile: (body: { readonly name: string; readonly timeZone: string }) =>
    send<void>("POST", "/api/me/profile", body),
  /** `others` are the sessions elsewhere. */
  changePassword: (body: {
    readonly current: string;
    readonly password: string;
    readonly others: "end" | "keep";
  }) => send<void>("POST", "/api/me/password", body),
  /** The newest file of my data of the last day. */
  dataExport: async () => (await send<{ export: DataExport | null }>("GET", "/api/me/export")).export,
  askForData: () => send<{ id: string }>("POST", "/api/me/export", {}),
  dataAddress: (id: string) => `/api/me/export/${encodeURIComponent(id)}`,
  foreseeDeletion: () => send<Consequences>("GET", "/api/me/deletion"),
  /** Shuts me out everywhere, and has me erased on the day that it names. */
  deleteAccount: (email: string) => send<{ readonly until: string }>("POST", "/api/me/deletion", { email }),
  /** Whose account a link keeps, and until when. Uses nothing up. */
  lookAtKeep: (token: string) =>
    send<{ readonly email: string; readonly until: string }>("POST", "/api/keep/look", { token }),
  /** Takes the deletion back. Nobody is signed in by it. */
  keepAccount: (token: string) => send<void>("POST", "/api/keep", { token }),
  /** @param door one of `eventDoors` */
  events: (door: string, filter: EventFilter) => send<EventPage>("GET", `${door}${asked({ ...filter })}`),
  /** Where all of them are as a file. */
  eventsFile: (door: string, filter: EventFilter, format: "csv" | "json") =>
    `${door}/export${asked({ ...filter, format })}`,
  eventCounts: async (by: "hour" | "day") =>
    (await send<{ counts: readonly EventCount[] }>("GET", `/api/operator/events/counts?by=${by}`)).counts,
  createWorkspace: (body: { readonly name: string }) => send<Membership>("POST", "/api/workspaces", body),
  /** Goes from it, whatever my role permits. The last owner cannot (`member.last_owner`). */
  leaveWorkspace: (workspace: string) => send<void>("POST", at(workspace, "leave"), {}),
  createInvite: (workspace: string, body: { readonly role: Role; readonly email?: string }) =>
    send<NewInvite>("POST", at(workspace, "invites"), body),
  invites: async (workspace: string): Promise<readonly Invite[]> =>
    (await send<{ invites: Invite[] }>("GET", at(workspace, "invites"))).invites,
  revokeInvite: (workspace: string, id: string) =>
    send<void>("DELETE", at(workspace, `invites/${encodeURIComponent(id)}`)),
  lookAtInvite: (token: string) => sendOpenly<InvitePreview>("/api/invites/look", { token }),
  acceptInvite: (token: string) => send<Membership>("POST", "/api/invites/accept", { token }),
  /** Stops a job that I asked for; its record says when it has. */
  cancelJob: (workspace: string, job: string) =>
    send<void>("POST", at(workspace, `jobs/${encodeURIComponent(job)}/cancel`), {}),
  /** Asks for a file with all of a workspace; its job is a `jobs.run`. */
  exportWorkspace: (workspace: string) => send<{ id: string }>("POST", at(workspace, "exports"), {}),
  /** Where that file is, for a day. The session opens it, and nothing that stands in the address. */
  exportAddress: (workspace: string, job: string) => at(workspace, `exports/${encodeURIComponent(job)}`),
  operatorJobs: () => send<JobsState>("GET", "/api/operator/jobs"),
  pauseQueue: (queue: string) =>
    send<void>("POST", `/api/operator/queues/${encodeURIComponent(queue)}/pause`, {}),
  resumeQueue: (queue: string) =>
    send<void>("POST", `/api/operator/queues/${encodeURIComponent(queue)}/resume`, {}),
  operatorBackups: () => send<BackupsState>("GET", "/api/operator/backups"),
  makeBackup: () => send<void>("POST", "/api/operator/backups", {}),
  tryBackup: () => send<void>("POST", "/api/operator/backups/try", {}),
  operatorConsumers: () => send<ConsumersState>("GET", "/api/operator/consumers"),
  pauseConsumer: (consumer: string) => send<void>("POST", `${consumerPath(consumer)}/pause`, {}),
  resumeConsumer: (consumer: string) => send<void>("POST", `${consumerPath(consumer)}/resume`, {}),
  rebuildConsumer: (consumer: string) => send<void>("POST", `${consumerPath(consumer)}/rebuild`, {}),
  /** Tries the entry that fails in a workspace again at once. */
  retryConsumer: ({ consumer, workspaceId }: ConsumerPlace) =>
    send<void>("POST", `${consumerPath(consumer)}/workspaces/${workspaceId}/retry`, {}),
  /** Passes over it. */
  skipEntry: ({ consumer, workspaceId, next }: ConsumerPlace) =>
    send<void>("POST", `${consumerPath(consumer)}/workspaces/${workspaceId}/entries/${next}/skip`, {}),
  /** `null` for the moment after its start in which the server finds out. */
  operatorPasswords: async () =>
    (await send<{ costs: PasswordCosts | null }>("GET", "/api/operator/passwords")).costs,
  operatorLocks: async () =>
    (await send<{ locks: readonly LockState[] }>("GET", "/api/operator/locks")).locks,
  unlockUser: (user: string) => send<void>("POST", `/api/operator/locks/${user}/unlock`, {}),
  operatorSeries: async () =>
    (await send<{ series: readonly SeriesState[] }>("GET", "/api/operator/series")).series,
  redriveJobs: (job?: string) =>
    send<{ redriven: number }>("POST", "/api/operator/jobs/redrive", job === undefined ? {} : { job }),
};

function consumerPath(consumer: string): string {
  return `/api/operator/consumers/${encodeURIComponent(consumer)}`;
}

function asked(values: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(values).toString();
  return text === "" ? "" : `?${text}`;
}

/** An address within a workspace. */
export function at(workspace: string, rest: string): string {
  return `/api/workspaces/${encodeURIComponent(workspace)}/${rest}`;
}

let askForProof: () => Promise<boolean> = () => Promise.resolve(false);

/** @param ask asks the person for the password, where the server wants it once more; whether it was given */
export function whenProofIsRequired(ask: () => Promise<boolean>): void {
  askForProof = ask;
}

/**
 * A request to the server, its answer read; whatever goes wrong is an `ApiError`. Where it takes the password once more, the
 * person is asked, and it is sent again.
 */
export async function send<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  try {
    return await sendOnce<Answer>(method, path, body);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "auth.proof_required" || !(await askForProof()))
      throw error;
    return sendOnce<Answer>(method, path, body);
  }
}

/** What the server gives with an answer, and takes once with a request that changes something. The newest last. */
const csrfTokens: string[] = [];
const csrfHeader = "X-CSRF-Token";

/** As many as the server keeps. */
const mostCsrfTokens = 16;

/** Each repeat brings what the one before lacked; more than one takes somebody who changes it meanwhile. */
const mostRepeats = 3;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Reply {
  readonly refused: Problem<ClientErrorCode> | null;
  readonly status: number;
  readonly text: string;
  readonly csrfToken: string | null;
}

async function sendOnce<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  let token = method === "GET" ? null : (csrfTokens.pop() ?? (await firstCsrfToken()));
  for (let repeats = 0; ; repeats++) {
    const reply = await exchange({
      method,
      path,
      body,
      ...(token !== null && { headers: { [csrfHeader]: token } }),
    });
    // Nothing was done: the page has been open for long, and others of this person were at work.
    if (reply.refused?.code !== "csrf.refused" || repeats === mostRepeats) {
      if (reply.csrfToken !== null) keepCsrfToken(reply.csrfToken);
      return read<Answer>(reply);
    }
    token = reply.csrfToken;
  }
}

/** For a page that was opened with what it had kept. Where nobody is signed in there is none, and the server says the rest. */
async function firstCsrfToken(): Promise<string | null> {
  const reply = await exchange({ method: "GET", path: "/api/me" }).catch(() => null);
  return reply?.csrfToken ?? null;
}

function keepCsrfToken(token: string): void {
  csrfTokens.splice(0, csrfTokens.push(token) - mostCsrfTokens);
}

/** What takes no session: it may begin one. */
async function sendOpenly<Answer>(
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const reply = await exchange({ method: "POST", path, body, headers });
  if (reply.csrfToken !== null) keepCsrfToken(reply.csrfToken);
  return read<Answer>(reply);
}

const forms = new FormTokens((name) => sendOnce("GET", `/api/form?for=${name}`));

/** A form that strangers fill in is shown. */
export function openForm(name: FormName): void {
  forms.open(name);
}

async function sendForm<Answer>(name: FormName, body: FormBody): Promise<Answer> {
  for (let repeats = 0; ; repeats++) {
    const token = await forms.ready(name);
    try {
      return await sendOpenly<Answer>(`/api/${name}`, body, { "X-Form-Token": token });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "form.expired" || repeats === mostRepeats)
        throw error;
      // It has been open for too long, or the browser has lost the cookie that belongs to it.
      forms.drop(name);
    }
  }
}

async function exchange({ method, path, body, headers }: Request): Promise<Reply> {
  const response = await reach(path, {
    method,
    credentials: "same-origin",
    // The server takes changes only as JSON, which no form of another site can send.
    ...(method === "GET" ? {} : { headers: { "Content-Type": "application/json", ...headers } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text().catch(unreachable);
  const { ok, status } = response;
  return {
    refused: ok ? null : refusal(status, text),
    status,
    text,
    csrfToken: response.headers.get(csrfHeader),
  };
}

function read<Answer>({ refused, status, text }: Reply): Answer {
  if (refused !== null) throw new ApiError(refused);
  return (text === "" ? undefined : parse(status, text)) as Answer;
}

function reach(path: string, init: RequestInit): Promise<Response> {
  return fetch(path, init).catch(unreachable);
}

function unreachable(reason: unknown): never {
  throw new ApiError(problem("network.unreachable", 0, String(reason)));
}

function parse(status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(problem("response.malformed", status, "The answer is not JSON."));
  }
}

/** A gateway in front of the server answers in HTML, not in problem details. */
function refusal(status: number, text: string): Problem<ClientErrorCode> {
  const answer = parse(status, text);
  const hasCode = typeof answer === "object" && answer !== null && "code" in answer;
  return hasCode ? (answer as Problem) : problem("response.malformed", status, "The answer has no code.");
}

function problem(code: ClientErrorCode, status: number, detail: string): Problem<ClientErrorCode> {
  return { type: "about:blank", title: code, status, detail, code };
}
