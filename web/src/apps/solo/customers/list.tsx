import { IconAddressBook } from "@tabler/icons-react";
import type { SoloCustomer } from "@/contract/contract";
import { defineList } from "@/ui/list/list";
import { SampleOffer } from "../sample/SampleOffer";
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
    go: "actions.goToCustomers",
    create: "actions.newCustomer",
    search: "actions.searchCustomers",
    searchHint: "customers.searchHint",
    emptyTitle: "customers.empty.title",
    emptyText: "customers.empty.text",
  },
  keys: { go: "g c", create: "n c" },
  name: "name",
  searched: ["name", "email", "tags"],
  columns: [
    { field: "name", width: 14 },
    {
      field: "status",
      draw: (value) => <StatusPill status={value as SoloCustomer["status"]} />,
      shown: true,
      filter: true,
      bulk: true,
      asks: { archived: "reason" },
    },
    { field: "reason" },
    { field: "kind", filter: true, bulk: true },
    { field: "email", shown: true },
    { field: "phone" },
    { field: "tags", shown: true, filter: true, bulk: true },
    { field: "vatId" },
    { field: "currency", filter: true },
    { field: "language", filter: true },
    { field: "paymentDays" },
    { field: "taxProfile", filter: true, bulk: true },
    { field: "createdAt" },
    { field: "updatedAt", shown: true },
  ],
  mark: ({ values }) => <KindIcon kind={values.kind} />,
  line: ["email"],
  aside: "status",
  Create: NewCustomerDialog,
  Begin: SampleOffer,
  Detail: CustomerDetail,
});
