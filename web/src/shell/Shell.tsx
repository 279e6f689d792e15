import { useDisclosure } from "@mantine/hooks";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useStatus, useUndo } from "@/engine/react";
import { VerifyNudge } from "@/platform/identity/address/VerifyNudge";
import { useAccount } from "@/platform/identity/session";
import { ActionButton } from "@/ui/actions/ActionButton";
import { useActions } from "@/ui/actions/registry";
import { useShortcuts } from "@/ui/actions/useShortcuts";
import { chooseAppearance, useAppearance } from "@/ui/appearance";
import { useVisits } from "@/ui/home/useVisits";
import { usePictures } from "@/ui/people/pictures";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { Tour } from "@/ui/tour/Tour";
import { type ShellContext, shellActions, takeTour } from "./actions";
import { QuickProvider } from "./home/Quick";
import { BottomBar } from "./navigation/BottomBar";
import { Navigation } from "./navigation/Navigation";
import { TopBar } from "./navigation/TopBar";
import { openWorkspaceMenu } from "./navigation/WorkspaceMenu";
import { Palette, paletteStore } from "./palette/Palette";
import classes from "./shell.module.css";
import { useOffline } from "./status/useOffline";
import { useUnsentGuard } from "./status/useUnsentGuard";
import { tour } from "./tour";
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
  const { scheme } = useAppearance();
  // Whoever sits here now need not be the one who signed in: what lies behind is kept, and shown to nobody.
  const ended = useStatus(({ connection }) => connection === "signedOut");
  const [helping, help] = useDisclosure(false);
  const [leaving, leave] = useDisclosure(false);
  const [helped, left, hasEnded] = [useOnce(helping), useOnce(leaving), useOnce(ended)];
  const { canUndo, canRedo } = useUndo();
  const takeBack = useTakeBack();
  const [toured, askForTour] = useState(0);
  const context: ShellContext = {
    goHome: () => void navigate({ to: "/w/$workspaceId", params: { workspaceId } }),
    goTo: (page) => void navigate({ to: `/w/${workspaceId}/${page}` }),
    openPalette: () => paletteStore.open(),
    openHelp: help.open,
    takeTour() {
      help.close();
      askForTour((before) => before + 1);
    },
    toggleScheme: () => chooseAppearance(scheme === "dark" ? "light" : "dark"),
    switchWorkspace: openWorkspaceMenu,
    newWorkspace: () => void navigate({ to: "/new-workspace" }),
    signOut: leave.open,
    isOperator: useAccount()?.isOperator === true,
    openAccount: () =>
      void navigate({ to: "/account", state: { origin: location.pathname + location.search } }),
    openOperator: () =>
      void navigate({ to: "/operator", state: { origin: location.pathname + location.search } }),
    canUndo,
    canRedo,
    undo: () => takeBack.undo(),
    redo: takeBack.redo,
  };
  useActions(shellActions, context);
  useShortcuts();
  useUnsentGuard(engine);
  usePictures(useStatus(({ connection }) => connection === "live"));
  useOffline();

  return (
    <div className={classes.shell} hidden={ended}>
      <a className={classes.skip} href="#main">
        {t("navigation.skip")}
      </a>
      <Navigation workspaceId={workspaceId} context={context} />
      <TopBar workspaceId={workspaceId} context={context} />
      <VerifyNudge />
      <main id="main" className={classes.main} tabIndex={-1}>
        <QuickProvider>
          <Outlet />
        </QuickProvider>
      </main>
      <BottomBar workspaceId={workspaceId} context={context} />
      <Palette />
      <Tour steps={tour} asked={toured} />
      <Visits />
      <Suspense>
        {helped && (
          <ShortcutHelp opened={helping} onClose={help.close}>
            <ActionButton action={takeTour} context={context} variant="default" />
          </ShortcutHelp>
        )}
        {left && <SignOutDialog opened={leaving} onClose={leave.close} />}
        {hasEnded && <SessionEnded />}
      </Suspense>
    </div>
  );
}

/** By itself, so that the frame is not drawn anew with every minute. */
function Visits() {
  useVisits();
  return null;
}
