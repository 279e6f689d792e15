import { Button, Group, List, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type Consequences } from "@/engine/api";
import { leaveFor } from "@/platform/identity/leave";
import { endHere, useAccount } from "@/platform/identity/session";
import { Dialog } from "@/ui/feedback/Dialog";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { useFormats } from "@/ui/language/formats";

interface Props extends Consequences {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Says what goes and what stays, and takes the address typed: nobody does that by mistake. */
export function DeletionDialog({ opened, ...props }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={props.onClose} title={t("account.deletion.title")}>
      <DeletionForm {...props} />
    </Dialog>
  );
}

function DeletionForm({ days, going, onClose }: Omit<Props, "opened">) {
  const { t } = useTranslation();
  const { list } = useFormats();
  const email = useAccount()?.user.email ?? "";
  const form = useForm({
    initial: { email: "" },
    check: (values) => complaintsOf(emailAddress("email", values.email)),
    send: async (values) => {
      const { until } = await api.deleteAccount(values.email.trim());
      await endHere();
      leaveFor(`/leaving?until=${encodeURIComponent(until)}`);
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack gap="md">
        <List fz="md" spacing={6}>
          <List.Item>{t("account.deletion.atOnce")}</List.Item>
          <List.Item>{t("account.deletion.until", { count: days })}</List.Item>
          <List.Item>{t("account.deletion.then")}</List.Item>
          {going.length > 0 && (
            <List.Item fw={560}>
              {t("account.deletion.going", {
                names: list(going.map(({ name }) => name)),
                count: going.length,
              })}
            </List.Item>
          )}
          <List.Item>{t("account.deletion.stays")}</List.Item>
        </List>
        <TextInput
          label={t("account.deletion.type", { email })}
          type="email"
          autoComplete="off"
          data-autofocus
          dir="ltr"
          {...form.input("email")}
        />
        <Trouble text={form.trouble} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" color="red.8" loading={form.busy}>
            {t("account.deletion.confirm")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
