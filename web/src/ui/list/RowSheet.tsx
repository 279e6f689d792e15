import { Button, Stack } from "@mantine/core";
import { IconCornerDownLeft, IconEdit, IconSquareCheck, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import type { Asked } from "./BulkDialogs";
import { bulkColumns, useBulk } from "./bulk";
import { type List, labelOf, nameOf } from "./list";
import { Sheet } from "./Sheet";

interface Props {
  readonly list: List;
  readonly record: View | undefined;
  readonly onAsk: (asked: Asked | null) => void;
  readonly onOpen: (id: string) => void;
  readonly onSelect: (id: string) => void;
}

/** What can be done with one row, where there is no keyboard. */
export function RowSheet({ list, record, onAsk, onOpen, onSelect }: Props) {
  const { t } = useTranslation();
  const { canUpdate, canDelete } = useBulk(list);
  const shared = {
    variant: "subtle",
    color: "gray",
    c: "var(--mantine-color-text)",
    justify: "start",
  } as const;
  return (
    <Sheet
      opened={record !== undefined}
      title={record === undefined ? "" : nameOf(list, record)}
      onClose={() => onAsk(null)}
    >
      {record !== undefined && (
        <Stack gap={4}>
          <Button
            {...shared}
            leftSection={<IconCornerDownLeft size={16} aria-hidden />}
            onClick={() => {
              onAsk(null);
              onOpen(record.id);
            }}
          >
            {t("actions.open")}
          </Button>
          <Button
            {...shared}
            leftSection={<IconSquareCheck size={16} aria-hidden />}
            onClick={() => {
              onAsk(null);
              onSelect(record.id);
            }}
          >
            {t("actions.select")}
          </Button>
          {canUpdate &&
            bulkColumns(list).map((column) => (
              <Button
                key={column.field}
                {...shared}
                leftSection={<IconEdit size={16} aria-hidden />}
                onClick={() => onAsk({ what: "change", records: [record], column })}
              >
                {t("list.bulk.changeField", { field: labelOf(t, column) })}
              </Button>
            ))}
          {canDelete && (
            <Button
              {...shared}
              c="var(--hf-danger)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => onAsk({ what: "delete", records: [record] })}
            >
              {t("actions.delete")}
            </Button>
          )}
        </Stack>
      )}
    </Sheet>
  );
}
