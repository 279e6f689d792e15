import { IconUsersPlus } from "@tabler/icons-react";
import { useEngine } from "@/engine/react";
import { defineQuick } from "@/ui/home/quick";
import { InviteDialog } from "../workspaces/InviteDialog";

function Invite({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { workspace } = useEngine();
  return <InviteDialog workspace={workspace} opened={opened} onClose={onClose} onCreated={() => undefined} />;
}

/** Nobody works alone for long. */
export const inviteQuick = defineQuick({
  id: "people.invite",
  label: "actions.inviteColleague",
  icon: IconUsersPlus,
  section: "people",
  shortcut: "i",
  permission: "access.member.invite",
  Dialog: Invite,
});
