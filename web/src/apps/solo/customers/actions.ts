import { IconArrowDown, IconArrowUp, IconCornerDownLeft, IconPlus, IconSearch } from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";

export interface ListContext {
  readonly canCreate: boolean;
  readonly hasRows: boolean;
  readonly create: () => void;
  readonly search: () => void;
  readonly move: (by: 1 | -1) => void;
  readonly openCurrent: () => void;
}

export const newCustomer = defineAction<ListContext>({
  id: "customer.new",
  label: "actions.newCustomer",
  icon: IconPlus,
  section: "record",
  shortcut: "n",
  when: ({ canCreate }) => canCreate,
  run: ({ create }) => create(),
});

export const searchCustomers = defineAction<ListContext>({
  id: "customer.search",
  label: "actions.searchCustomers",
  icon: IconSearch,
  section: "list",
  shortcut: "/",
  run: ({ search }) => search(),
});

export const nextCustomer = defineAction<ListContext>({
  id: "customer.next",
  label: "actions.next",
  icon: IconArrowDown,
  section: "list",
  shortcut: "j",
  keyboardOnly: true,
  when: ({ hasRows }) => hasRows,
  run: ({ move }) => move(1),
});

export const previousCustomer = defineAction<ListContext>({
  id: "customer.previous",
  label: "actions.previous",
  icon: IconArrowUp,
  section: "list",
  shortcut: "k",
  keyboardOnly: true,
  when: ({ hasRows }) => hasRows,
  run: ({ move }) => move(-1),
});

export const openCustomer = defineAction<ListContext>({
  id: "customer.open",
  label: "actions.open",
  icon: IconCornerDownLeft,
  section: "list",
  shortcut: "enter",
  keyboardOnly: true,
  when: ({ hasRows }) => hasRows,
  run: ({ openCurrent }) => openCurrent(),
});

export const listActions = [newCustomer, searchCustomers, nextCustomer, previousCustomer, openCustomer];
