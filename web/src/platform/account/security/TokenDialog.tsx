import { Button, CopyButton, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewToken } from "@/engine/api";
import { Dialog } from "@/ui/feedback/Dialog";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";

const lives = ["30", "90", "365"] as const;

interface Props {
  readonly make: (wish: { readonly name: string; readonly days: string }) => Promise<NewToken>;
  readonly onMade: () => void;
  readonly onClose: () => void;
}

/** Makes a token for a program, and shows it this once. */
export function TokenDialog({ opened, ...props }: Props & { readonly opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={props.onClose} title={t("account.tokens.add")}>
      <TokenForm {...props} />
    </Dialog>
  );
}

function TokenForm({ make, onMade, onClose }: Props) {
  const { t } = useTranslation();
  const [made, setMade] = useState<NewToken | null>(null);
  const form = useForm({
    initial: { name: "", days: "90" },
    check: ({ name }) => complaintsOf(requiredText("name", name, 100)),
    send: async ({ name, days }) => {
      setMade(await make({ name: name.trim(), days }));
      onMade();
    },
  });
  if (made !== null) return <MadeToken token={made.token} onDone={onClose} />;
  const { onChange, ...days } = form.input("days");
  return (
    <FormFrame
      onSubmit={form.submit}
      onCancel={onClose}
      submit={t("account.tokens.create")}
      busy={form.busy}
      trouble={form.trouble}
    >
      <Text fz="md" c="dimmed">
        {t("account.tokens.addLead")}
      </Text>
      <TextInput
        label={t("account.tokens.name")}
        description={t("account.tokens.nameHint")}
        autoComplete="off"
        data-autofocus
        {...form.input("name")}
      />
      <Select
        label={t("account.tokens.days")}
        description={t("account.tokens.daysHint")}
        allowDeselect={false}
        data={lives.map((value) => ({ value, label: t("account.tokens.inDays", { count: Number(value) }) }))}
        {...days}
        onChange={(value) => onChange({ currentTarget: { value: value ?? days.value } })}
      />
    </FormFrame>
  );
}

/** The server keeps nothing from which it could show it again. */
function MadeToken({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Text fz="md" c="dimmed">
        {t("account.tokens.once")}
      </Text>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          label={t("account.tokens.token")}
          readOnly
          value={token}
          flex={1}
          dir="ltr"
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={token} timeout={2500}>
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
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t("common.done")}
        </Button>
      </Group>
    </Stack>
  );
}
