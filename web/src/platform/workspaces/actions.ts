import { IconUserPlus } from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";

export interface PeopleContext {
  readonly mayInvite: boolean;
  readonly invite: () => void;
}

export const inviteColleague = defineAction<PeopleContext>({
  id: "people.invite",
  label: "actions.inviteColleague",
  icon: IconUserPlus,
  section: "people",
  shortcut: "i",
  when: ({ mayInvite }) => mayInvite,
  run: ({ invite }) => invite(),
});
