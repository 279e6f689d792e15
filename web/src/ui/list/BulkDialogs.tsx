import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { Dialog } from "@/ui/feedback/Dialog";
import { BulkForm } from "./BulkForm";
import type { BulkChange } from "./bulk";
import { type Column, type List, labelOf, nameOf } from "./list";
import { RowSheet } from "./RowSheet";

/** What was asked to be done with some records, before it is said how. */
export type Asked =
  | { readonly what: "more" | "delete"; readonly records: readonly View[] }
  | { readonly what: "change"; readonly records: readonly View[]; readonly column: Column };

interface Props {
  readonly list: List;
  readonly all: readonly View[];
  readonly asked: Asked | null;
  readonly onAsk: (asked: Asked | null) => void;
  readonly onOpen: (id: string) => void;
  readonly onSelect: (id: string) => void;
  readonly onDo: (records: readonly View[], change: BulkChange) => void;
}

/** Asks what is still open before some records are changed or deleted. */
export function BulkDialogs({ list, all, asked, onAsk, onOpen, onSelect, onDo }: Props) {
  const { t } = useTranslation();
  const records = asked?.records ?? [];
  const [first] = records;
  const name = first === undefined ? "" : nameOf(list, first);
  const column = asked?.what === "change" ? asked.column : undefined;
  const close = () => onAsk(null);
  return (
    <>
      <RowSheet
        list={list}
        record={asked?.what === "more" ? first : undefined}
        onAsk={onAsk}
        onOpen={onOpen}
        onSelect={onSelect}
      />
      <Dialog
        opened={column !== undefined}
        onClose={close}
        title={column === undefined ? "" : t("list.bulk.changeField", { field: labelOf(t, column) })}
        size="sm"
      >
        {column !== undefined && (
          <BulkForm
            list={list}
            column={column}
            all={all}
            records={records}
            onCancel={close}
            onChange={(change) => {
              close();
              onDo(records, change);
            }}
          />
        )}
      </Dialog>
      <ConfirmDialog
        opened={asked?.what === "delete"}
        onClose={close}
        title={
          records.length === 1
            ? t("list.delete.title", { name })
            : t("list.delete.titleMany", { count: records.length })
        }
        text={t("list.delete.text", { count: records.length })}
        confirm={t("actions.delete")}
        onConfirm={() => onDo(records, { kind: "delete" })}
      />
    </>
  );
}
