import { IconUsersPlus } from "@tabler/icons-react";
import { defineQuick } from "@/ui/home/quick";
import { InviteDialog } from "../workspaces/InviteDialog";

/** Nobody works alone for long. */
export const inviteQuick = defineQuick({
  id: "people.invite",
  label: "actions.inviteColleague",
  icon: IconUsersPlus,
  section: "people",
  shortcut: "i",
  permission: "access.member.invite",
  needsConnection: true,
  Dialog: InviteDialog,
});
