import { Button, Skeleton, Text } from "@mantine/core";
import { IconLink, IconMail } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Invite } from "@/engine/api";
import { useIsLive } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { usePersonOf } from "@/ui/record/people";
import type { Complaint } from "@/ui/record/validate";

interface Props {
  readonly invites: readonly Invite[] | null;
  readonly problem: Complaint | null;
  readonly onRevoke: (id: string) => void;
}

export function OpenInvites({ invites, problem, onRevoke }: Props) {
  const { t } = useTranslation();
  const { ago, day } = useFormats();
  const personOf = usePersonOf();
  const problemText = useProblemText();
  const isLive = useIsLive();
  return (
    <Section title={t("invites.open")} lead={t("invites.openLead")}>
      <Trouble mt="sm" text={problem && isLive ? problemText(problem) : null} />
      {invites === null && problem === null && isLive && <Skeleton h={56} mt="sm" radius="md" />}
      {invites === null && !isLive && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("record.needsConnection")}
        </Text>
      )}
      {invites?.length === 0 && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("invites.none")}
        </Text>
      )}
      {invites !== null && invites.length > 0 && (
        <Rows label={t("invites.open")}>
          {invites.map((invite) => (
            <Row
              key={invite.id}
              start={<KindIcon email={invite.email} />}
              name={invite.email ?? t("invites.anyone")}
              detail={t("invites.detail", {
                role: t(`roles.${invite.role}.name`),
                name: personOf(invite.createdBy).name,
                ago: ago(invite.createdAt),
                day: day(invite.expiresAt),
              })}
              end={
                <Button
                  variant="default"
                  size="xs"
                  aria-label={t("invites.revokeOf", { who: invite.email ?? t("invites.anyone") })}
                  onClick={() => onRevoke(invite.id)}
                >
                  {t("invites.revoke")}
                </Button>
              }
            />
          ))}
        </Rows>
      )}
    </Section>
  );
}

function KindIcon({ email }: Pick<Invite, "email">) {
  const Kind = email === null ? IconLink : IconMail;
  return <Kind size={20} aria-hidden color="var(--mantine-color-dimmed)" />;
}
