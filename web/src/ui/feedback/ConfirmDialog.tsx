import { Text } from "@mantine/core";
import { ConfirmButtons } from "./ConfirmButtons";
import { Dialog } from "./Dialog";

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ opened, title, text, confirm, onConfirm, onClose }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size="sm">
      <Text fz="md" c="dimmed">
        {text}
      </Text>
      <ConfirmButtons
        confirm={confirm}
        onCancel={onClose}
        onConfirm={() => {
          onConfirm();
          onClose();
        }}
      />
    </Dialog>
  );
}
