import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { today } from "@/ui/language/days";
import { useFormats } from "@/ui/language/formats";
import { nameOfCountry } from "@/ui/language/names";
import { Related } from "@/ui/record/page/Related";
import { addressesByDay, currentAddresses } from "./addresses";
import { useOf } from "./useOf";

/** Where a customer is, from which day on; of each kind the one that counts today comes first. */
export function AddressList({ customer }: { readonly customer: View<"solo.customer"> }) {
  const { t, i18n } = useTranslation();
  const { date } = useFormats();
  const addresses = addressesByDay(useOf("solo.address", customer.id));
  const current = currentAddresses(addresses, today());
  return (
    <Related
      type="solo.address"
      records={addresses}
      title={t("addresses.title")}
      add={t("addresses.add")}
      empty={t("addresses.empty")}
      fixed={{ customer: customer.id }}
      ask={["addressee", "street", ["postalCode", "city"], ["region", "country"], ["kind", "validFrom"]]}
      fields={["kind", "validFrom", "addressee", "street", "postalCode", "city", "region", "country"]}
      nameOf={({ values }) => t(`records.solo.address.kind.${values.kind}`)}
      lineOf={({ id, values }) =>
        [
          [values.street?.split("\n")[0], [values.postalCode, values.city].filter(Boolean).join(" ")]
            .filter(Boolean)
            .join(", ") || nameOfCountry(i18n.language, values.country),
          current.has(id)
            ? null
            : values.validFrom === null
              ? t("addresses.former")
              : t("addresses.from", { day: date(values.validFrom) }),
        ]
          .filter(Boolean)
          .join(" · ")
      }
    />
  );
}
