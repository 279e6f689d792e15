import { IconDoorExit, IconUserPlus } from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";

export interface PeopleContext {
  readonly mayInvite: boolean;
  readonly isLive: boolean;
  readonly invite: () => void;
  readonly leave: () => void;
}

export const inviteColleague = defineAction<PeopleContext>({
  id: "people.invite",
  label: "actions.inviteColleague",
  icon: IconUserPlus,
  section: "people",
  shortcut: "i",
  when: ({ mayInvite, isLive }) => mayInvite && isLive,
  run: ({ invite }) => invite(),
});

export const leaveWorkspace = defineAction<PeopleContext>({
  id: "people.leave",
  label: "actions.leaveWorkspace",
  icon: IconDoorExit,
  section: "people",
  danger: true,
  when: ({ isLive }) => isLive,
  run: ({ leave }) => leave(),
});
