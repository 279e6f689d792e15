import { Button, Stack } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { AuthLayout } from "../AuthLayout";
import { SignOutLine } from "../SignOutLink";
import { AddressFields } from "./AddressFields";

const DataTab = lazy(async () => ({ default: (await import("@/platform/account/DataTab")).DataTab }));

/** In the place of every page, where the server shows nothing to whoever has not confirmed the address; but what is his he can take, and leave. */
export function UnverifiedPage({ email }: { readonly email: string }) {
  const { t } = useTranslation();
  const [leaves, setLeaves] = useState(false);
  return (
    <AuthLayout
      title={t("address.required.title")}
      lead={t("address.required.lead", { email })}
      footer={<SignOutLine />}
    >
      <Stack gap="lg" mt="lg">
        <AddressFields />
        {leaves ? (
          <Suspense>
            <DataTab />
          </Suspense>
        ) : (
          <Button variant="default" w="fit-content" onClick={() => setLeaves(true)}>
            {t("address.required.data")}
          </Button>
        )}
      </Stack>
    </AuthLayout>
  );
}
