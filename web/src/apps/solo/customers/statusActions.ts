import { IconArchive, IconArchiveOff } from "@tabler/icons-react";
import { defineAction } from "@/ui/actions/action";
import type { CustomerStatus } from "./customer";

export interface StatusContext {
  readonly canUpdate: boolean;
  readonly isArchived: boolean;
  readonly change: (status: CustomerStatus) => void;
}

export const archiveCustomer = defineAction<StatusContext>({
  id: "customer.archive",
  label: "actions.archiveCustomer",
  icon: IconArchive,
  section: "record",
  when: ({ canUpdate, isArchived }) => canUpdate && !isArchived,
  run: ({ change }) => change("archived"),
});

export const restoreCustomer = defineAction<StatusContext>({
  id: "customer.restore",
  label: "actions.restoreCustomer",
  icon: IconArchiveOff,
  section: "record",
  when: ({ canUpdate, isArchived }) => canUpdate && isArchived,
  run: ({ change }) => change("active"),
});

export const statusActions = [archiveCustomer, restoreCustomer];
