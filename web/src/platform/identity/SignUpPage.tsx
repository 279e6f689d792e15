import { Anchor } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AuthLayout } from "./AuthLayout";
import { SignUpForm } from "./SignUpForm";

export function SignUpPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <AuthLayout
      title={t("identity.signUpTitle")}
      lead={t("identity.signUpLead")}
      footer={
        <>
          {t("identity.haveAccount")}{" "}
          <Anchor component={Link} to="/sign-in" inherit>
            {t("identity.signInLink")}
          </Anchor>
        </>
      }
    >
      <SignUpForm onSignedUp={() => navigate({ to: "/" })} />
    </AuthLayout>
  );
}
