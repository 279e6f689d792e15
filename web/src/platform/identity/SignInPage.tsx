import { Anchor } from "@mantine/core";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AuthLayout } from "./AuthLayout";
import { SignInForm } from "./SignInForm";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const { to } = route.useSearch();
  return (
    <AuthLayout
      title={t("identity.signInTitle")}
      lead={t("identity.signInLead")}
      footer={
        <>
          {t("identity.noAccount")}{" "}
          <Anchor component={Link} to="/sign-up" inherit>
            {t("identity.signUpLink")}
          </Anchor>
        </>
      }
    >
      <SignInForm onSignedIn={() => router.history.push(to ?? "/")} />
    </AuthLayout>
  );
}
