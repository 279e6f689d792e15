import { Button, Code, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { Trans, useTranslation } from "react-i18next";
import type { NewInvite } from "@/engine/api";
import { Notice } from "@/ui/feedback/Notice";
import { useFormats } from "@/ui/language/formats";
import { isThisMachine } from "./thisMachine";

/** The link, this once: the server keeps only a digest of it. */
export function InviteLink({ invite, onDone }: { invite: NewInvite; onDone: () => void }) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  return (
    <Stack gap="md">
      <Text fz="md" c="dimmed">
        {invite.email === null
          ? t("invites.ready", { role: t(`roles.${invite.role}.name`) })
          : t(invite.isMailed ? "invites.mailed" : "invites.readyFor", {
              email: invite.email,
              role: t(`roles.${invite.role}.name`),
            })}
      </Text>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          label={t("invites.link")}
          readOnly
          value={invite.link}
          flex={1}
          dir="ltr"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={invite.link} timeout={2500}>
          {({ copied, copy }) => (
            <Button
              data-autofocus
              size="md"
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            >
              <span aria-live="polite">{copied ? t("invites.copied") : t("invites.copy")}</span>
            </Button>
          )}
        </CopyButton>
      </Group>
      {isThisMachine(invite.link) && (
        <Notice title={t("invites.thisMachine")}>
          <Trans
            i18nKey="invites.publicAddress"
            values={{ flag: "--public-address", page: "docs/en/operate/settings.md" }}
            components={{ c: <Code /> }}
          />
        </Notice>
      )}
      <Text fz="sm" c="dimmed">
        {t("invites.noMail")} {t("invites.once", { until: dateTime(invite.expiresAt) })}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t("common.done")}
        </Button>
      </Group>
    </Stack>
  );
}
