// What is seldom needed at once, as one file to load after the page is there.
export { ShortcutHelp } from "./help/ShortcutHelp";
export { SignOutDialog } from "./SignOutDialog";
export { SessionEnded } from "./status/SessionEnded";
