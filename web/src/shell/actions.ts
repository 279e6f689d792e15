import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCommand,
  IconHome,
  IconKeyboard,
  IconLogout,
  IconPlus,
  IconRoute,
  IconServer2,
  IconSettings,
  IconSunMoon,
  IconSwitchHorizontal,
  IconUserCircle,
  IconUsers,
} from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";
import { lists } from "./lists";

/** What can be done from everywhere inside a workspace. */
export interface ShellContext {
  readonly goHome: () => void;
  readonly goTo: (page: string) => void;
  readonly openPalette: () => void;
  readonly openHelp: () => void;
  readonly takeTour: () => void;
  readonly toggleScheme: () => void;
  readonly switchWorkspace: () => void;
  readonly newWorkspace: () => void;
  readonly signOut: () => void;
  readonly isOperator: boolean;
  readonly openAccount: () => void;
  readonly openOperator: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly undo: () => void;
  readonly redo: () => void;
}

export const openPalette = defineAction<ShellContext>({
  id: "shell.palette",
  label: "actions.palette",
  icon: IconCommand,
  section: "go",
  shortcut: "mod+k",
  keyboardOnly: true,
  run: (context) => context.openPalette(),
});

export const goHome = defineAction<ShellContext>({
  id: "go.home",
  label: "actions.goHome",
  icon: IconHome,
  section: "go",
  shortcut: "g h",
  run: (context) => context.goHome(),
});

/** One for each list. */
const goToLists = lists.map(({ page, icon, words, keys }) =>
  defineAction<ShellContext>({
    id: `go.${page}`,
    label: words.go,
    icon,
    section: "go",
    ...(keys?.go !== undefined && { shortcut: keys.go }),
    run: ({ goTo }) => goTo(page),
  }),
);

export const goToPeople = defineAction<ShellContext>({
  id: "go.people",
  label: "actions.goToPeople",
  icon: IconUsers,
  section: "go",
  shortcut: "g p",
  run: ({ goTo }) => goTo("people"),
});

export const goToSettings = defineAction<ShellContext>({
  id: "go.settings",
  label: "actions.goToSettings",
  icon: IconSettings,
  section: "go",
  shortcut: "g s",
  run: ({ goTo }) => goTo("settings"),
});

export const openHelp = defineAction<ShellContext>({
  id: "shell.help",
  label: "actions.shortcuts",
  icon: IconKeyboard,
  section: "view",
  shortcut: "?",
  run: (context) => context.openHelp(),
});

export const takeTour = defineAction<ShellContext>({
  id: "shell.tour",
  label: "actions.tour",
  icon: IconRoute,
  section: "view",
  run: (context) => context.takeTour(),
});

export const toggleScheme = defineAction<ShellContext>({
  id: "view.scheme",
  label: "actions.toggleScheme",
  icon: IconSunMoon,
  section: "view",
  run: (context) => context.toggleScheme(),
});

export const switchWorkspace = defineAction<ShellContext>({
  id: "workspace.switch",
  label: "actions.switchWorkspace",
  icon: IconSwitchHorizontal,
  section: "go",
  shortcut: "g w",
  run: (context) => context.switchWorkspace(),
});

export const newWorkspace = defineAction<ShellContext>({
  id: "workspace.new",
  label: "actions.newWorkspace",
  icon: IconPlus,
  section: "account",
  run: (context) => context.newWorkspace(),
});

export const openAccount = defineAction<ShellContext>({
  id: "account.open",
  label: "actions.openAccount",
  icon: IconUserCircle,
  section: "account",
  run: (context) => context.openAccount(),
});

export const openOperator = defineAction<ShellContext>({
  id: "operator.open",
  label: "actions.openOperator",
  icon: IconServer2,
  section: "account",
  when: ({ isOperator }) => isOperator,
  run: (context) => context.openOperator(),
});

export const signOut = defineAction<ShellContext>({
  id: "account.signOut",
  label: "actions.signOut",
  icon: IconLogout,
  section: "account",
  run: (context) => context.signOut(),
});

export const undo = defineAction<ShellContext>({
  id: "edit.undo",
  label: "actions.undo",
  icon: IconArrowBackUp,
  section: "view",
  shortcut: "mod+z",
  when: ({ canUndo }) => canUndo,
  run: (context) => context.undo(),
});

export const redo = defineAction<ShellContext>({
  id: "edit.redo",
  label: "actions.redo",
  icon: IconArrowForwardUp,
  section: "view",
  shortcut: "mod+shift+z",
  when: ({ canRedo }) => canRedo,
  run: (context) => context.redo(),
});

export const shellActions = [
  undo,
  redo,
  openPalette,
  goHome,
  ...goToLists,
  goToPeople,
  goToSettings,
  openHelp,
  takeTour,
  toggleScheme,
  switchWorkspace,
  newWorkspace,
  openAccount,
  openOperator,
  signOut,
];
