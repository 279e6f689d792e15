import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  /** What sending it does, in words. */
  readonly submit: string;
  readonly disabled?: boolean;
  readonly busy?: boolean;
  readonly onCancel: () => void;
}

/** The end of a form: the way out, and the button that sends it. */
export function FormEnd({ submit, disabled = false, busy = false, onCancel }: Props) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel}>
        {t("common.cancel")}
      </Button>
      <Button type="submit" disabled={disabled} loading={busy}>
        {submit}
      </Button>
    </Group>
  );
}
