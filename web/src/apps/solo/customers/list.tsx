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
    one: "records.solo.customer.one",
    create: "actions.newCustomer",
    search: "actions.searchCustomers",
    searchHint: "customers.searchHint",
    emptyTitle: "customers.empty.title",
    emptyText: "customers.empty.text",
  },
  name: "name",
  searched: ["name", "email", "tags"],
  columns: [
    { field: "name", label: "records.solo.customer.fields.name", width: 14 },
    {
      field: "status",
      label: "records.solo.customer.fields.status",
      draw: (value) => <StatusPill status={value as SoloCustomer["status"]} />,
      shown: true,
      filter: true,
      bulk: true,
      asks: { archived: "reason" },
    },
    { field: "reason", label: "records.solo.customer.fields.reason" },
    {
      field: "kind",
      label: "records.solo.customer.fields.kind",
      filter: true,
      bulk: true,
    },
    { field: "email", label: "records.solo.customer.fields.email", shown: true },
    { field: "phone", label: "records.solo.customer.fields.phone" },
    { field: "tags", label: "records.solo.customer.fields.tags", shown: true, filter: true, bulk: true },
    { field: "vatId", label: "records.solo.customer.fields.vatId" },
    {
      field: "currency",
      label: "records.solo.customer.fields.currency",
      filter: true,
    },
    {
      field: "language",
      label: "records.solo.customer.fields.language",
      filter: true,
    },
    { field: "paymentDays", label: "records.solo.customer.fields.paymentDays" },
    {
      field: "taxProfile",
      label: "records.solo.customer.fields.taxProfile",
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
  Begin: SampleOffer,
  Detail: CustomerDetail,
});
