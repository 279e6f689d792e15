import { useDisclosure } from "@mantine/hooks";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useStatus, useUndo } from "@/engine/react";
import { useAccount } from "@/platform/identity/session";
import { useActions } from "@/ui/actions/registry";
import { useShortcuts } from "@/ui/actions/useShortcuts";
import { chooseAppearance, useLook } from "@/ui/appearance";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { type ShellContext, shellActions } from "./actions";
import { BottomBar } from "./navigation/BottomBar";
import { Navigation } from "./navigation/Navigation";
import { TopBar } from "./navigation/TopBar";
import { Palette, paletteStore } from "./palette/Palette";
import classes from "./shell.module.css";
import { useOffline } from "./status/useOffline";
import { useUnsentGuard } from "./status/useUnsentGuard";
import { useOnce } from "./useOnce";

// What is rarely looked at comes after what is.
const ShortcutHelp = lazy(() => import("./rare").then(({ ShortcutHelp }) => ({ default: ShortcutHelp })));
const SignOutDialog = lazy(() => import("./rare").then(({ SignOutDialog }) => ({ default: SignOutDialog })));
const SessionEnded = lazy(() => import("./rare").then(({ SessionEnded }) => ({ default: SessionEnded })));

/** The frame around every page of a workspace. */
export function Shell({ workspaceId }: { workspaceId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const engine = useEngine();
  const { scheme } = useLook();
  // Whoever sits here now need not be the one who signed in: what lies behind is kept, and shown to nobody.
  const ended = useStatus(({ connection }) => connection === "signedOut");
  const [helping, help] = useDisclosure(false);
  const [leaving, leave] = useDisclosure(false);
  const [helped, left, hasEnded] = [useOnce(helping), useOnce(leaving), useOnce(ended)];
  const { canUndo, canRedo } = useUndo();
  const takeBack = useTakeBack();
  const context: ShellContext = {
    goTo: (page) => void navigate({ to: `/w/$workspaceId/${page}`, params: { workspaceId } }),
    openPalette: () => paletteStore.open(),
    openHelp: help.open,
    toggleScheme: () => chooseAppearance(scheme === "dark" ? "light" : "dark"),
    newWorkspace: () => void navigate({ to: "/new-workspace" }),
    signOut: leave.open,
    isOperator: useAccount()?.isOperator === true,
    openOperator: () => void navigate({ to: "/operator" }),
    canUndo,
    canRedo,
    undo: () => takeBack.undo(),
    redo: takeBack.redo,
  };
  useActions(shellActions, context);
  useShortcuts();
  useUnsentGuard(engine);
  useOffline();

  return (
    <div className={classes.shell} hidden={ended}>
      <a className={classes.skip} href="#main">
        {t("navigation.skip")}
      </a>
      <Navigation workspaceId={workspaceId} context={context} />
      <TopBar workspaceId={workspaceId} context={context} />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <BottomBar workspaceId={workspaceId} context={context} />
      <Palette />
      <Suspense>
        {helped && <ShortcutHelp opened={helping} onClose={help.close} />}
        {left && <SignOutDialog opened={leaving} onClose={leave.close} />}
        {hasEnded && <SessionEnded />}
      </Suspense>
    </div>
  );
}
