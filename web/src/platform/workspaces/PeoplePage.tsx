import { Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { eventDoors } from "@/engine/api";
import { useEngine, useLoaded, useMe, useRecords, useStatus } from "@/engine/react";
import type { View } from "@/engine/types";
import { EventList } from "@/platform/security/EventList";
import { ActionButton } from "@/ui/actions/ActionButton";
import { useActions } from "@/ui/actions/registry";
import { Notice } from "@/ui/feedback/Notice";
import { Page, Section } from "@/ui/layout/Page";
import { Rows } from "@/ui/layout/Rows";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { inviteColleague, leaveWorkspace, type PeopleContext } from "./actions";
import { InviteDialog } from "./InviteDialog";
import { LeaveDialog } from "./LeaveDialog";
import { MemberRow } from "./MemberRow";
import { OpenInvites } from "./OpenInvites";
import { isLastOwner } from "./roles";
import { useInvites } from "./useInvites";

export function PeoplePage() {
  const { t } = useTranslation();
  const { me } = useMe();
  const connection = useStatus((status) => status.connection);
  const members = useRecords("access.member");
  const loaded = useLoaded("access.member");
  const [inviting, invite] = useDisclosure(false);
  const [leaving, leave] = useDisclosure(false);
  const mine = members.find(({ values }) => values.user === me?.user);
  const context: PeopleContext = {
    mayInvite: me?.permissions.includes("access.member.invite") === true,
    isLive: connection === "live",
    invite: invite.open,
    leave: leave.open,
  };
  const obstacle =
    mine !== undefined && isLastOwner(members, mine.values.role)
      ? t(members.length === 1 ? "leave.onlyOne" : "leave.lastOwner")
      : null;
  usePageTitle(t("people.title"));
  useActions([inviteColleague, leaveWorkspace], context);

  return (
    <Page
      title={t("people.title")}
      lead={t("people.lead")}
      actions={<ActionButton action={inviteColleague} context={context} />}
    >
      {connection === "offline" && <Notice mt="md">{t("people.offline")}</Notice>}
      <Section title={t("people.members", { count: members.length })}>
        {loaded === "loading" ? (
          <Skeleton h={56} mt="sm" radius="md" />
        ) : (
          <Rows label={t("people.title")}>
            {members.map((member) => (
              <MemberRow
                key={member.id}
                member={member}
                mine={mine}
                isLastOwner={isLastOwner(members, member.values.role)}
                context={context}
              />
            ))}
          </Rows>
        )}
      </Section>
      {context.mayInvite && <Invites opened={inviting} onClose={invite.close} />}
      {me?.permissions.includes("access.member.watch") === true && <Events members={members} />}
      <LeaveDialog obstacle={obstacle} opened={leaving} onClose={leave.close} />
    </Page>
  );
}

/** What happened to the rights of people here, for who keeps an eye on it. */
function Events({ members }: { readonly members: readonly View<"access.member">[] }) {
  const { t } = useTranslation();
  const { workspace } = useEngine();
  const label = t("people.events");
  return (
    <Section title={label} lead={t("people.eventsLead")}>
      <EventList
        door={eventDoors.workspace(workspace)}
        label={label}
        nameOf={(user) => members.find(({ values }) => values.user === user)?.values.name ?? null}
      />
    </Section>
  );
}

interface InvitesProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

function Invites({ opened, onClose }: InvitesProps) {
  const { workspace } = useEngine();
  const { invites, problem, revoke } = useInvites(workspace);
  return (
    <>
      <OpenInvites invites={invites} problem={problem} onRevoke={(id) => void revoke(id)} />
      <InviteDialog opened={opened} onClose={onClose} />
    </>
  );
}
