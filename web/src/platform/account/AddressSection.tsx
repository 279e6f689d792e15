import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AddressFields } from "@/platform/identity/address/AddressFields";
import { Section } from "@/ui/layout/Page";
import classes from "./account.module.css";

/** The address by which I sign in. */
export function AddressSection() {
  const { t } = useTranslation();
  return (
    <Section title={t("address.title")} lead={t("address.lead")}>
      <Stack gap="md" className={classes.form}>
        <AddressFields />
      </Stack>
    </Section>
  );
}
