import { Button, Group, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Trouble } from "@/ui/feedback/Trouble";

interface FrameProps {
  readonly onSubmit: (event: FormEvent) => void;
  readonly onCancel: () => void;
  /** What the button says that sends it. */
  readonly submit: string;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** What is wrong with the form as a whole. */
  readonly trouble?: string | null;
  /** See `Trouble`. */
  readonly quiet?: boolean;
  readonly children: ReactNode;
}

/** Inputs one below the other, and below them the way out and the way on. */
export function FormFrame({
  onSubmit,
  onCancel,
  submit,
  busy,
  disabled,
  trouble,
  quiet,
  children,
}: FrameProps) {
  const { t } = useTranslation();
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {children}
        <Trouble text={trouble ?? null} quiet={quiet ?? false} />
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
