import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { swallowSecondClick } from "./secondClick";

interface Props {
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** A third way out, before the two. */
  readonly children?: ReactNode;
}

/** The two answers to what cannot be taken back; the harmless one has the focus. */
export function ConfirmButtons({ confirm, onConfirm, onCancel, busy, disabled, children }: Props) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" gap="xs" mt="lg">
      {children}
      <Button variant="default" onClick={onCancel} data-autofocus>
        {t("common.cancel")}
      </Button>
      <Button
        color="red.8"
        loading={busy ?? false}
        disabled={disabled ?? false}
        onClick={() => {
          swallowSecondClick();
          onConfirm();
        }}
      >
        {confirm}
      </Button>
    </Group>
  );
}
