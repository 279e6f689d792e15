import { IconAddressBook } from "@tabler/icons-react";
import type { SoloCustomer } from "@/contract/contract";
import { defineList } from "@/ui/list/list";
import { CustomerDetail } from "./CustomerDetail";
import { KindIcon } from "./KindIcon";
import { NewCustomerDialog } from "./NewCustomerDialog";
import { StatusPill } from "./StatusPill";

/** The customers of a workspace. */
export const customerList = defineList<"solo.customer">({
  type: "solo.customer",
  page: "customers",
  icon: IconAddressBook,
  words: {
    title: "customers.title",
    one: "customers.one",
    create: "actions.newCustomer",
    search: "actions.searchCustomers",
    searchHint: "customers.searchHint",
    emptyTitle: "customers.empty.title",
    emptyText: "customers.empty.text",
  },
  name: "name",
  searched: ["name", "email", "tags"],
  columns: [
    { field: "name", label: "customers.fields.name", width: 14 },
    {
      field: "status",
      label: "customers.fields.status",
      draw: (value) => <StatusPill status={value as SoloCustomer["status"]} />,
      shown: true,
      filter: true,
      bulk: true,
      asks: { archived: "reason" },
    },
    { field: "reason", label: "customers.fields.reason" },
    {
      field: "kind",
      label: "customers.fields.kind",
      filter: true,
      bulk: true,
    },
    { field: "email", label: "customers.fields.email", shown: true },
    { field: "phone", label: "customers.fields.phone" },
    { field: "tags", label: "customers.fields.tags", shown: true, filter: true, bulk: true },
    { field: "vatId", label: "customers.fields.vatId" },
    {
      field: "currency",
      label: "customers.fields.currency",
      filter: true,
    },
    {
      field: "language",
      label: "customers.fields.language",
      filter: true,
    },
    { field: "paymentDays", label: "customers.fields.paymentDays" },
    {
      field: "taxProfile",
      label: "customers.fields.taxProfile",
      filter: true,
      bulk: true,
    },
    { field: "createdAt", label: "record.created" },
    { field: "updatedAt", label: "record.changed", shown: true },
  ],
  mark: ({ values }) => <KindIcon kind={values.kind} />,
  line: ["email"],
  aside: "status",
  Create: NewCustomerDialog,
  Detail: CustomerDetail,
});
