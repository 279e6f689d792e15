import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowsVertical,
  IconArrowUp,
  IconCornerDownLeft,
  IconEdit,
  IconListCheck,
  IconPlus,
  IconSearch,
  IconSelectAll,
  IconSquareCheck,
  IconTrash,
  IconX,
} from "@tabler/icons-react";
import { defineAction, defineKeys } from "@/ui/actions/action";
import type { ListDeclaration } from "./list";

/** What can be done with the rows of a list. */
export interface RowContext {
  readonly canCreate: boolean;
  readonly canUpdate: boolean;
  readonly hasRows: boolean;
  readonly hasCurrent: boolean;
  readonly isOpen: boolean;
  /** Whether the list is in sight, and not behind the page of a record. */
  readonly isShown: boolean;
  /** The layout that is shown. */
  readonly layout: string | undefined;
  readonly show: (layout: string) => void;
  readonly create: () => void;
  readonly search: () => void;
  readonly move: (by: 1 | -1) => void;
  readonly openCurrent: () => void;
  readonly editCurrent: () => void;
  readonly toggleCurrent: () => void;
  readonly extend: (by: 1 | -1) => void;
  readonly selectAll: () => void;
}

const hasRows = ({ hasRows }: RowContext) => hasRows;

export function rowActions({ type, words, layouts = [] }: ListDeclaration) {
  const create = defineAction<RowContext>({
    id: `${type}.new`,
    label: words.create,
    icon: IconPlus,
    section: "record",
    shortcut: "n",
    when: ({ canCreate }) => canCreate,
    run: (context) => context.create(),
  });
  const search = defineAction<RowContext>({
    id: `${type}.search`,
    label: words.search,
    icon: IconSearch,
    section: "list",
    shortcut: "/",
    when: ({ isShown }) => isShown,
    run: (context) => context.search(),
  });
  const shows = layouts.map(({ id, action, icon, shortcut }) =>
    defineAction<RowContext>({
      id: `${type}.${id}`,
      label: action,
      icon,
      section: "list",
      shortcut,
      when: ({ isShown, layout }) => isShown && layout !== id,
      run: ({ show }) => show(id),
    }),
  );
  return { create, search, all: [create, search, ...shows, ...keyboardActions] };
}

const keyboardActions = [
  defineKeys<RowContext>({
    id: "list.walk",
    label: "actions.walkRows",
    icon: IconArrowsVertical,
    section: "list",
    shortcut: "up/down",
    when: hasRows,
  }),
  defineKeys<RowContext>({
    id: "list.first",
    label: "actions.firstRow",
    icon: IconArrowBarToUp,
    section: "list",
    shortcut: "home",
    when: hasRows,
  }),
  defineKeys<RowContext>({
    id: "list.last",
    label: "actions.lastRow",
    icon: IconArrowBarToDown,
    section: "list",
    shortcut: "end",
    when: hasRows,
  }),
  defineAction<RowContext>({
    id: "list.next",
    label: "actions.next",
    icon: IconArrowDown,
    section: "list",
    shortcut: "j",
    keyboardOnly: true,
    when: hasRows,
    run: ({ move }) => move(1),
  }),
  defineAction<RowContext>({
    id: "list.previous",
    label: "actions.previous",
    icon: IconArrowUp,
    section: "list",
    shortcut: "k",
    keyboardOnly: true,
    when: hasRows,
    run: ({ move }) => move(-1),
  }),
  defineAction<RowContext>({
    id: "list.open",
    label: "actions.open",
    icon: IconCornerDownLeft,
    section: "list",
    shortcut: "enter",
    keyboardOnly: true,
    when: ({ hasCurrent, isOpen }) => hasCurrent && !isOpen,
    run: ({ openCurrent }) => openCurrent(),
  }),
  defineAction<RowContext>({
    id: "list.edit",
    label: "actions.edit",
    icon: IconEdit,
    section: "list",
    shortcut: "e",
    keyboardOnly: true,
    when: ({ canUpdate, hasCurrent, isOpen }) => canUpdate && hasCurrent && !isOpen,
    run: ({ editCurrent }) => editCurrent(),
  }),
  defineAction<RowContext>({
    id: "list.select",
    label: "actions.select",
    icon: IconSquareCheck,
    section: "list",
    shortcut: "x",
    keyboardOnly: true,
    when: ({ hasCurrent }) => hasCurrent,
    run: ({ toggleCurrent }) => toggleCurrent(),
  }),
  defineAction<RowContext>({
    id: "list.extendDown",
    label: "actions.extendDown",
    icon: IconListCheck,
    section: "list",
    shortcut: "shift+arrowdown",
    keyboardOnly: true,
    when: hasRows,
    run: ({ extend }) => extend(1),
  }),
  defineAction<RowContext>({
    id: "list.extendUp",
    label: "actions.extendUp",
    icon: IconListCheck,
    section: "list",
    shortcut: "shift+arrowup",
    keyboardOnly: true,
    when: hasRows,
    run: ({ extend }) => extend(-1),
  }),
  defineAction<RowContext>({
    id: "list.selectAll",
    label: "actions.selectAll",
    icon: IconSelectAll,
    section: "list",
    shortcut: "mod+a",
    when: hasRows,
    run: ({ selectAll }) => selectAll(),
  }),
];

/** What can be done with all rows that are chosen. */
export interface SelectionContext {
  readonly canDelete: boolean;
  readonly askDelete: () => void;
  readonly clear: () => void;
}

export const deleteSelected = defineAction<SelectionContext>({
  id: "selection.delete",
  label: "actions.deleteSelected",
  icon: IconTrash,
  section: "list",
  shortcut: "mod+delete",
  danger: true,
  when: ({ canDelete }) => canDelete,
  run: ({ askDelete }) => askDelete(),
});

export const clearSelection = defineAction<SelectionContext>({
  id: "selection.clear",
  label: "actions.clearSelection",
  icon: IconX,
  section: "list",
  shortcut: "escape",
  run: ({ clear }) => clear(),
});

export const selectionActions = [deleteSelected, clearSelection];
