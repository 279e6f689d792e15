import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Trouble } from "@/ui/feedback/Trouble";

interface DialogProps {
  readonly opened: boolean;
  readonly title: ReactNode;
  readonly size?: "sm";
  readonly onClose: () => void;
  /** Begins anew each time that it is opened. */
  readonly children: ReactNode;
}

/** A dialog that asks for something. */
export function FormDialog({ opened, title, size, onClose, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      {...(size !== undefined && { size })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {children}
    </Modal>
  );
}

interface FrameProps {
  readonly onSubmit: (event: FormEvent) => void;
  readonly onCancel: () => void;
  /** What the button says that sends it. */
  readonly submit: string;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** What is wrong with the form as a whole. */
  readonly trouble?: string | null;
  readonly children: ReactNode;
}

/** Inputs one below the other, and below them the way out and the way on. */
export function FormFrame({ onSubmit, onCancel, submit, busy, disabled, trouble, children }: FrameProps) {
  const { t } = useTranslation();
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {children}
        <Trouble text={trouble ?? null} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={busy ?? false} disabled={disabled ?? false}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
