import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from "@tanstack/react-router";
import { api } from "@/engine/api";
import { isId } from "@/engine/ids";
import { VerifiedOutlet } from "@/platform/identity/address/VerifiedOutlet";
import { outOfAddress } from "@/platform/identity/linkToken";
import { accountIn, confirmedAccount, loadAccount } from "@/platform/identity/session";
import { homeWorkspace } from "@/platform/workspaces/lastWorkspace";
import { searchOf } from "@/ui/list/search";
import { BareErrorPage, ErrorPage } from "./ErrorPage";
import { localPath } from "./localPath";
import { NotFoundPage } from "./NotFoundPage";

/** Who is signed in has no business on the pages for strangers. */
async function goHomeIfSignedIn(): Promise<void> {
  const account = await loadAccount();
  if (account === null) return;
  const home = homeWorkspace(account);
  throw home === undefined
    ? redirect({ to: "/new-workspace" })
    : redirect({ to: "/w/$workspaceId", params: { workspaceId: home.id } });
}

/** A workspace opens without the server; the other pages are nothing without it. */
async function needAccount(
  { location }: { location: { href: string } },
  load = confirmedAccount,
): Promise<void> {
  if ((await load()) === null) throw redirect({ to: "/sign-in", search: { to: location.href } });
}

// A stranger does not wait for the whole product, nor who is inside for the pages of strangers.
const outside = () => import("./outside");
const inside = () => import("./inside");
const ownAccount = () => import("@/platform/account/AccountPage");

const root = createRootRoute({ component: VerifiedOutlet });

const landing = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: goHomeIfSignedIn,
  component: lazyRouteComponent(outside, "LandingPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = localPath(search.to);
    return to === null ? {} : { to };
  },
  beforeLoad: goHomeIfSignedIn,
  component: lazyRouteComponent(outside, "SignInPage"),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  beforeLoad: async ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/sign-up", location.hash));
    await goHomeIfSignedIn();
  },
  loader: () => api.signUpWay(),
  component: lazyRouteComponent(outside, "SignUpPage"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  beforeLoad: async ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/join", location.hash));
    await confirmedAccount();
  },
  component: lazyRouteComponent(outside, "JoinPage"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot",
  component: lazyRouteComponent(outside, "ForgotPage"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  beforeLoad: ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/reset", location.hash));
  },
  component: lazyRouteComponent(outside, "ResetPage"),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  beforeLoad: ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/verify", location.hash));
  },
  component: lazyRouteComponent(outside, "VerifyPage"),
});

const verifyAddress = createRoute({
  getParentRoute: () => root,
  path: "/address/verify",
  beforeLoad: ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/address/verify", location.hash));
  },
  component: lazyRouteComponent(outside, "VerifyAddressPage"),
});

const confirmAddress = createRoute({
  getParentRoute: () => root,
  path: "/address/confirm",
  beforeLoad: ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/address/confirm", location.hash));
  },
  component: lazyRouteComponent(outside, "ConfirmAddressPage"),
});

const undoAddress = createRoute({
  getParentRoute: () => root,
  path: "/address/undo",
  beforeLoad: ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/address/undo", location.hash));
  },
  component: lazyRouteComponent(outside, "UndoAddressPage"),
});

const keep = createRoute({
  getParentRoute: () => root,
  path: "/keep",
  beforeLoad: ({ location }) => {
    if (location.hash !== "") throw redirect(outOfAddress("/keep", location.hash));
  },
  component: lazyRouteComponent(outside, "KeepPage"),
});

const leaving = createRoute({
  getParentRoute: () => root,
  path: "/leaving",
  validateSearch: ({ until }: Record<string, unknown>): { until: string } => {
    if (typeof until !== "string" || Number.isNaN(Date.parse(until))) throw notFound();
    return { until };
  },
  component: lazyRouteComponent(outside, "LeavingPage"),
});

const newWorkspace = createRoute({
  getParentRoute: () => root,
  path: "/new-workspace",
  staticData: { isInside: true },
  beforeLoad: (to) => needAccount(to),
  errorComponent: BareErrorPage,
  component: lazyRouteComponent(outside, "NewWorkspacePage"),
});

const operator = createRoute({
  getParentRoute: () => root,
  path: "/operator",
  staticData: { isInside: true },
  beforeLoad: (to) => needAccount(to),
  errorComponent: BareErrorPage,
  component: lazyRouteComponent(() => import("@/platform/operator/OperatorPage"), "OperatorPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  staticData: { isInside: true },
  beforeLoad: (to) => needAccount(to),
  errorComponent: BareErrorPage,
  component: lazyRouteComponent(ownAccount, "AccountPage"),
});

const accountProfile = createRoute({
  getParentRoute: () => account,
  path: "/",
  component: lazyRouteComponent(ownAccount, "ProfileTab"),
});

const accountSecurity = createRoute({
  getParentRoute: () => account,
  path: "/security",
  component: lazyRouteComponent(ownAccount, "SecurityTab"),
});

const accountActivity = createRoute({
  getParentRoute: () => account,
  path: "/activity",
  component: lazyRouteComponent(ownAccount, "ActivityTab"),
});

const accountData = createRoute({
  getParentRoute: () => account,
  path: "/data",
  component: lazyRouteComponent(ownAccount, "DataTab"),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspaceId",
  staticData: { isInside: true },
  beforeLoad: async (to) => {
    // No server would ever answer for it.
    if (!isId(to.params.workspaceId)) throw notFound();
    await needAccount(to, () => accountIn(to.params.workspaceId));
  },
  component: lazyRouteComponent(inside, "WorkspacePage"),
});

const workspaceHome = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  component: lazyRouteComponent(inside, "HomePage"),
});

const customers = createRoute({
  getParentRoute: () => workspace,
  path: "/customers",
  validateSearch: searchOf("solo.customer"),
  component: lazyRouteComponent(inside, "CustomersPage"),
});

const customer = createRoute({
  getParentRoute: () => customers,
  path: "/$recordId",
  component: lazyRouteComponent(inside, "CustomerPage"),
});

const projects = createRoute({
  getParentRoute: () => workspace,
  path: "/projects",
  validateSearch: searchOf("solo.project"),
  component: lazyRouteComponent(inside, "ProjectsPage"),
});

const project = createRoute({
  getParentRoute: () => projects,
  path: "/$recordId",
  component: lazyRouteComponent(inside, "ProjectPage"),
});

const people = createRoute({
  getParentRoute: () => workspace,
  path: "/people",
  component: lazyRouteComponent(inside, "PeoplePage"),
});

const settings = createRoute({
  getParentRoute: () => workspace,
  path: "/settings",
  component: lazyRouteComponent(inside, "SettingsPage"),
});

const routeTree = root.addChildren([
  landing,
  signIn,
  signUp,
  join,
  forgot,
  reset,
  verify,
  verifyAddress,
  confirmAddress,
  undoAddress,
  keep,
  leaving,
  newWorkspace,
  operator,
  account.addChildren([accountProfile, accountSecurity, accountActivity, accountData]),
  workspace.addChildren([
    workspaceHome,
    customers.addChildren([customer]),
    projects.addChildren([project]),
    people,
    settings,
  ]),
]);

export const router = createRouter({
  routeTree,
  // Each page reads what it takes from the address; what else stands there reaches none.
  search: { strict: true },
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ErrorPage,
  defaultPendingMs: 400,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
