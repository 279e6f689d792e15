import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { remove } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { Dialog } from "@/ui/feedback/Dialog";
import { useTakeBack } from "../useTakeBack";
import { nameIn } from "../words";
import { useReferringWords } from "./referring";

interface Props {
  readonly record: View;
  readonly opened: boolean;
  readonly archive: { readonly label: string; readonly run: () => void } | undefined;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks before a record goes; where something hangs on it, says what, and what can be done instead. */
export function DeleteDialog({ record, opened, archive, onClose, onDeleted }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { offer } = useTakeBack();
  const name = nameIn(record);
  const hanging = useReferringWords(record, opened);

  function deleteIt(): void {
    offer(t("record.deleted.done", { name }), engine.transact([remove(record.type, record.id)]).id);
    onDeleted();
  }

  if (hanging === null)
    return (
      <ConfirmDialog
        opened={opened}
        onClose={onClose}
        title={t("list.delete.title", { name })}
        text={t("list.delete.text", { count: 1 })}
        confirm={t("actions.delete")}
        onConfirm={deleteIt}
      />
    );
  return (
    <Dialog opened={opened} onClose={onClose} title={t("record.delete.cannot", { name })} size="sm">
      <Text fz="md" c="dimmed">
        {t("record.delete.hanging", { what: hanging })}
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("common.close")}
        </Button>
        {archive !== undefined && (
          <Button
            onClick={() => {
              onClose();
              archive.run();
            }}
          >
            {archive.label}
          </Button>
        )}
      </Group>
    </Dialog>
  );
}
