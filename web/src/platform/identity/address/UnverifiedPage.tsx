import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AuthLayout } from "../AuthLayout";
import { SignOutLine } from "../SignOutLink";
import { AddressFields } from "./AddressFields";

/** In the place of every page, where the server shows nothing to whoever has not confirmed the address. */
export function UnverifiedPage({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  return (
    <AuthLayout
      title={t("address.required.title")}
      lead={t("address.required.lead", { email })}
      footer={<SignOutLine />}
    >
      <Stack gap="lg" mt="lg">
        <AddressFields />
      </Stack>
    </AuthLayout>
  );
}
