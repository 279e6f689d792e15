import { createRootRoute, createRoute, createRouter, Outlet, redirect } from "@tanstack/react-router";
import { CustomerPage } from "@/apps/solo/customers/CustomerPage";
import { CustomersPage } from "@/apps/solo/customers/CustomersPage";
import { readSearch } from "@/apps/solo/customers/listing";
import { JoinPage } from "@/platform/identity/JoinPage";
import { SignInPage } from "@/platform/identity/SignInPage";
import { SignUpPage } from "@/platform/identity/SignUpPage";
import { loadAccount } from "@/platform/identity/session";
import { homeWorkspace } from "@/platform/workspaces/lastWorkspace";
import { NewWorkspacePage } from "@/platform/workspaces/NewWorkspacePage";
import { PeoplePage } from "@/platform/workspaces/PeoplePage";
import { ErrorPage } from "./ErrorPage";
import { LandingPage } from "./landing/LandingPage";
import { localPath } from "./localPath";
import { NotFoundPage } from "./NotFoundPage";
import { WorkspacePage } from "./WorkspacePage";

/** Who is signed in has no business on the pages for strangers. */
async function goHomeIfSignedIn(): Promise<void> {
  const account = await loadAccount();
  if (account === null) return;
  const home = homeWorkspace(account);
  throw home === undefined
    ? redirect({ to: "/new-workspace" })
    : redirect({ to: "/w/$workspaceId/customers", params: { workspaceId: home.id } });
}

async function needAccount({ location }: { location: { href: string } }): Promise<void> {
  if ((await loadAccount()) === null) throw redirect({ to: "/sign-in", search: { to: location.href } });
}

const root = createRootRoute({ component: Outlet });

const landing = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: goHomeIfSignedIn,
  component: LandingPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = localPath(search.to);
    return to === null ? {} : { to };
  },
  beforeLoad: goHomeIfSignedIn,
  component: SignInPage,
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  beforeLoad: goHomeIfSignedIn,
  component: SignUpPage,
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  beforeLoad: async () => void (await loadAccount()),
  component: JoinPage,
});

const newWorkspace = createRoute({
  getParentRoute: () => root,
  path: "/new-workspace",
  beforeLoad: needAccount,
  component: NewWorkspacePage,
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/w/$workspaceId",
  beforeLoad: needAccount,
  component: WorkspacePage,
});

const workspaceHome = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/w/$workspaceId/customers", params });
  },
});

const customers = createRoute({
  getParentRoute: () => workspace,
  path: "/customers",
  validateSearch: readSearch,
  component: CustomersPage,
});

const customer = createRoute({
  getParentRoute: () => customers,
  path: "/$customerId",
  component: CustomerPage,
});

const people = createRoute({
  getParentRoute: () => workspace,
  path: "/people",
  component: PeoplePage,
});

const routeTree = root.addChildren([
  landing,
  signIn,
  signUp,
  join,
  newWorkspace,
  workspace.addChildren([workspaceHome, customers.addChildren([customer]), people]),
]);

export const router = createRouter({
  routeTree,
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: ErrorPage,
  defaultPendingMs: 400,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
