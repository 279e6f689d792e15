import { Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useEngine, useLoaded, useMe, useRecords } from "@/engine/react";
import { ActionButton } from "@/ui/actions/ActionButton";
import { useActions } from "@/ui/actions/registry";
import { Page, Section } from "@/ui/layout/Page";
import { Rows } from "@/ui/layout/Rows";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { inviteColleague, type PeopleContext } from "./actions";
import { InviteDialog } from "./InviteDialog";
import { MemberRow } from "./MemberRow";
import { OpenInvites } from "./OpenInvites";
import { isLastOwner } from "./roles";
import { useInvites } from "./useInvites";

export function PeoplePage() {
  const { t } = useTranslation();
  const { workspace } = useEngine();
  const { me } = useMe();
  const members = useRecords("access.member");
  const loaded = useLoaded("access.member");
  const [inviting, invite] = useDisclosure(false);
  const context: PeopleContext = {
    mayInvite: me?.permissions.includes("access.member.invite") === true,
    invite: invite.open,
  };
  usePageTitle(t("people.title"));
  useActions([inviteColleague], context);

  return (
    <Page
      title={t("people.title")}
      lead={t("people.lead")}
      actions={<ActionButton action={inviteColleague} context={context} />}
    >
      <Section title={t("people.members", { count: members.length })}>
        {loaded === "loading" ? (
          <Skeleton h={56} mt="sm" radius="md" />
        ) : (
          <Rows label={t("people.title")}>
            {members.map((member) => (
              <MemberRow
                key={member.id}
                member={member}
                isLastOwner={isLastOwner(members, member.values.role)}
              />
            ))}
          </Rows>
        )}
      </Section>
      {context.mayInvite && <Invites workspace={workspace} opened={inviting} onClose={invite.close} />}
    </Page>
  );
}

interface InvitesProps {
  readonly workspace: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

function Invites({ workspace, opened, onClose }: InvitesProps) {
  const { invites, problem, reload, revoke } = useInvites(workspace);
  return (
    <>
      <OpenInvites invites={invites} problem={problem} onRevoke={(id) => void revoke(id)} />
      <InviteDialog workspace={workspace} opened={opened} onClose={onClose} onCreated={() => void reload()} />
    </>
  );
}
