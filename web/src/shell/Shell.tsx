import { useDisclosure } from "@mantine/hooks";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEngine, useStatus, useUndo } from "@/engine/react";
import { useAccount } from "@/platform/identity/session";
import { useActions } from "@/ui/actions/registry";
import { useShortcuts } from "@/ui/actions/useShortcuts";
import { chooseAppearance, useLook } from "@/ui/appearance";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { type ShellContext, shellActions } from "./actions";
import { ShortcutHelp } from "./help/ShortcutHelp";
import { BottomBar } from "./navigation/BottomBar";
import { Navigation } from "./navigation/Navigation";
import { TopBar } from "./navigation/TopBar";
import { Palette, paletteStore } from "./palette/Palette";
import { SignOutDialog } from "./SignOutDialog";
import classes from "./shell.module.css";
import { SessionEnded } from "./status/SessionEnded";
import { useOffline } from "./status/useOffline";
import { useUnsentGuard } from "./status/useUnsentGuard";

/** The frame around every page of a workspace. */
export function Shell({ workspaceId }: { workspaceId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const engine = useEngine();
  const { scheme } = useLook();
  // Whoever sits here now need not be the one who signed in: what lies behind is kept, and shown to nobody.
  const ended = useStatus().connection === "signedOut";
  const [helping, help] = useDisclosure(false);
  const [leaving, leave] = useDisclosure(false);
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
      <ShortcutHelp opened={helping} onClose={help.close} />
      <SignOutDialog opened={leaving} onClose={leave.close} />
      <SessionEnded />
    </div>
  );
}
