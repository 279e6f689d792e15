import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { Related } from "@/ui/record/page/Related";
import { useOf } from "./useOf";

/** The people to talk to at a customer. */
export function ContactList({ customer }: { readonly customer: View<"solo.customer"> }) {
  const { t } = useTranslation();
  return (
    <Related
      type="solo.contact"
      records={useOf("solo.contact", customer.id)}
      title={t("contacts.title")}
      add={t("contacts.add")}
      empty={t("contacts.empty")}
      fixed={{ customer: customer.id }}
      ask={["name", "role", ["email", "phone"]]}
      fields={["name", "role", "email", "phone", "language", "remark"]}
      nameOf={({ values }) => values.name}
      lineOf={({ values }) =>
        [values.role, values.email, values.phone].filter((part) => part !== null).join(" · ")
      }
    />
  );
}
