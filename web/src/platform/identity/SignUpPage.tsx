import { Anchor } from "@mantine/core";
import { IconLock, IconTerminal2 } from "@tabler/icons-react";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { AuthLayout } from "./AuthLayout";
import { useLinkToken } from "./linkToken";
import { SignUpForm } from "./SignUpForm";

const route = getRouteApi("/sign-up");

export function SignUpPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const way = route.useLoaderData();
  const first = useLinkToken();
  const footer = (
    <>
      {t("identity.haveAccount")}{" "}
      <Anchor component={Link} to="/sign-in" inherit>
        {t("identity.signInLink")}
      </Anchor>
    </>
  );
  if (way === "invited" && first === undefined) {
    return (
      <AuthLayout title={t("identity.closedTitle")} footer={footer}>
        <EmptyState icon={IconLock} title={t("identity.closedShort")}>
          {t("errors.sign_up.closed")}
        </EmptyState>
      </AuthLayout>
    );
  }
  if (way === "first" && first === undefined) {
    return (
      <AuthLayout title={t("identity.firstTitle")}>
        <EmptyState icon={IconTerminal2} title={t("identity.firstShort")}>
          {t("errors.sign_up.first_needed")}
        </EmptyState>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={t("identity.signUpTitle")}
      lead={t(first !== undefined ? "identity.firstLead" : "identity.signUpLead")}
      footer={footer}
    >
      <SignUpForm {...(first !== undefined && { first })} onSignedUp={() => navigate({ to: "/" })} />
    </AuthLayout>
  );
}
