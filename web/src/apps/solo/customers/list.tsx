import { IconAddressBook } from "@tabler/icons-react";
import type { SoloCustomer } from "@/contract/contract";
import { nameOfCurrency, nameOfLanguage } from "@/ui/language/names";
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
      textOf: (value) => `customers.status.${value as SoloCustomer["status"]}`,
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
      textOf: (value) => `customers.kind.${value as SoloCustomer["kind"]}`,
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
      textOf: (code, language) => ({ name: nameOfCurrency(language, code) }),
      filter: true,
    },
    {
      field: "language",
      label: "customers.fields.language",
      textOf: (tag, language) => ({ name: nameOfLanguage(language, tag) }),
      filter: true,
    },
    { field: "paymentDays", label: "customers.fields.paymentDays" },
    {
      field: "taxProfile",
      label: "customers.fields.taxProfile",
      textOf: (value) => `customers.taxProfile.${value as NonNullable<SoloCustomer["taxProfile"]>}`,
      filter: true,
      bulk: true,
    },
    { field: "createdAt", label: "record.created" },
    { field: "updatedAt", label: "record.changed", shown: true },
  ],
  mark: ({ values }) => <KindIcon kind={values.kind} />,
  line: ({ values }) => values.email,
  aside: "status",
  Create: NewCustomerDialog,
  Begin: SampleOffer,
  Detail: CustomerDetail,
});
