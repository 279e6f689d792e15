import {
  IconArrowLeft,
  IconArrowMerge,
  IconCornerDownLeft,
  IconEdit,
  IconTrash,
  IconX,
} from "@tabler/icons-react";
import { defineAction, defineKeys } from "@/ui/actions/action";

/** What can be done with a record that is open, whatever its type. */
export interface RecordContext {
  readonly canEdit: boolean;
  readonly canDelete: boolean;
  readonly canMerge: boolean;
  /** Closes what lies beside the list, or leads back to it. */
  readonly beside: boolean;
  readonly edit: () => void;
  readonly askDelete: () => void;
  readonly askMerge: () => void;
  readonly close: () => void;
}

export const editRecord = defineAction<RecordContext>({
  id: "record.edit",
  label: "actions.edit",
  icon: IconEdit,
  section: "record",
  shortcut: "e",
  when: ({ canEdit }) => canEdit,
  run: ({ edit }) => edit(),
});

export const mergeRecord = defineAction<RecordContext>({
  id: "record.merge",
  label: "actions.mergeRecord",
  icon: IconArrowMerge,
  section: "record",
  when: ({ canMerge }) => canMerge,
  run: ({ askMerge }) => askMerge(),
});

export const deleteRecord = defineAction<RecordContext>({
  id: "record.delete",
  label: "actions.delete",
  icon: IconTrash,
  section: "record",
  shortcut: "mod+delete",
  danger: true,
  when: ({ canDelete }) => canDelete,
  run: ({ askDelete }) => askDelete(),
});

export const closeRecord = defineAction<RecordContext>({
  id: "record.close",
  label: "actions.close",
  icon: IconX,
  section: "record",
  shortcut: "escape",
  when: ({ beside }) => beside,
  run: ({ close }) => close(),
});

export const backFromRecord = defineAction<RecordContext>({
  id: "record.back",
  label: "record.back",
  icon: IconArrowLeft,
  section: "record",
  shortcut: "escape",
  when: ({ beside }) => !beside,
  run: ({ close }) => close(),
});

export const recordActions = [editRecord, mergeRecord, deleteRecord, closeRecord, backFromRecord];

/** Of a text of several lines, in which Enter alone begins the next. */
export const sendText = defineKeys({
  id: "text.send",
  label: "actions.sendText",
  icon: IconCornerDownLeft,
  section: "record",
  shortcut: "mod+enter",
});
