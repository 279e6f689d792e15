import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { complaintsOf } from "@/ui/forms/checks";
import { FormDialog, FormFrame } from "@/ui/forms/FormFrame";
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
  return (
    <FormDialog opened={opened} onClose={rest.onClose} title={title} size="sm">
      <NameForm {...rest} />
    </FormDialog>
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
    <FormFrame onSubmit={form.submit} onCancel={onClose} submit={t("common.save")}>
      <TextInput label={t("list.views.name")} data-autofocus {...form.input("name")} />
    </FormFrame>
  );
}
