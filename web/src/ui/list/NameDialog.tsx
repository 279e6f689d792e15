import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { complaintsOf } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { normalise, validate } from "@/ui/record/validate";

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly initial: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for the name of a view. */
export function NameDialog({ opened, title, ...rest }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={rest.onClose}
      title={title}
      size="sm"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <NameForm {...rest} />
    </Modal>
  );
}

function NameForm({ initial, onName, onClose }: Omit<Props, "opened" | "title">) {
  const { t } = useTranslation();
  const form = useForm({
    initial: { name: initial },
    check: ({ name }) => complaintsOf(validate("platform.view", "name", normalise(name))),
    send: async ({ name }) => {
      onName(name.trim());
      onClose();
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack gap="md">
        <TextInput label={t("list.views.name")} data-autofocus {...form.input("name")} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit">{t("common.save")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
