import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "./Dialog";
import { swallowSecondClick } from "./secondClick";

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back; the harmless answer has the focus. */
export function ConfirmDialog({ opened, title, text, confirm, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size="sm">
      <Text fz="md" c="dimmed">
        {text}
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("common.cancel")}
        </Button>
        <Button
          color="red.8"
          onClick={() => {
            swallowSecondClick();
            onConfirm();
            onClose();
          }}
        >
          {confirm}
        </Button>
      </Group>
    </Dialog>
  );
}
