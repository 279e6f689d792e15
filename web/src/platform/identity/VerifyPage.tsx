import { Button, Loader, PasswordInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { AuthLayout } from "./AuthLayout";
import classes from "./AuthLayout.module.css";
import { LinkRefused } from "./LinkRefused";
import { useLinkToken } from "./linkToken";
import { SharedBox } from "./SharedBox";
import { confirmSignUp } from "./session";
import { isShared } from "./sharedComputer";
import { useLooked } from "./useLooked";

/** Behind the link of a sign-up: the address is shown to be the person's, and the password says that it was he who signed up. */
export function VerifyPage() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const token = useLinkToken();
  const looked = useLooked(token, api.lookAtSignUp);
  if (token !== undefined && looked === null) {
    return (
      <AuthLayout title={t("verify.title")}>
        <Loader mt="lg" aria-label={t("common.loading")} />
      </AuthLayout>
    );
  }
  if (token === undefined || looked?.state !== "found") {
    return (
      <LinkRefused
        title={t("verify.title")}
        refused={t("reset.refused")}
        action={
          <Button component={Link} to="/sign-up" replace>
            {t("verify.again")}
          </Button>
        }
      >
        {looked?.state === "refused" ? problemText(looked.problem) : t("join.incomplete")}
      </LinkRefused>
    );
  }
  return (
    <AuthLayout title={t("verify.title")} lead={t("verify.lead", { email: looked.found.email })}>
      <ConfirmForm token={token} email={looked.found.email} />
    </AuthLayout>
  );
}

function ConfirmForm({ token, email }: { token: string; email: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [shared, setShared] = useState(isShared);
  const form = useForm({
    initial: { password: "" },
    check: ({ password }) => complaintsOf(requiredText("password", password)),
    send: async ({ password }) => {
      await confirmSignUp({ token, password }, shared);
      await navigate({ to: "/", replace: true });
    },
  });
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} quiet={form.isCounting} />
      {/* For programs that keep passwords: whose it is. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordInput
        label={t("identity.password")}
        description={t("verify.passwordHint")}
        autoComplete="current-password"
        autoFocus
        visibilityToggleButtonProps={{ "aria-label": t("identity.showPassword") }}
        {...form.input("password")}
      />
      <SharedBox shared={shared} onChange={setShared} />
      <Button type="submit" size="md" loading={form.busy} fullWidth>
        {t("verify.enter")}
      </Button>
    </form>
  );
}
