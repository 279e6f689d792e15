import { Anchor, Button, TextInput } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { AuthLayout } from "./AuthLayout";
import classes from "./AuthLayout.module.css";
import { Unseen, unseenOf } from "./Unseen";

/** Asks for a link to set a new password by. Says the same whether or not somebody has the address. */
export function ForgotPage() {
  const { t } = useTranslation();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    initial: { email: "", subject: "" },
    check: ({ email }) => complaintsOf(emailAddress("email", email)),
    send: async (values) => {
      const email = values.email.trim();
      await api.forgot({ email, ...unseenOf(values) });
      setSentTo(email);
    },
  });
  const footer = (
    <Anchor component={Link} to="/sign-in" inherit>
      {t("forgot.back")}
    </Anchor>
  );
  if (sentTo !== null) {
    return (
      <AuthLayout title={t("forgot.title")} footer={footer}>
        <EmptyState icon={IconMail} title={t("forgot.sentTitle")}>
          {t("forgot.sent", { email: sentTo })}
        </EmptyState>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t("forgot.title")} lead={t("forgot.lead")} footer={footer}>
      <form className={classes.form} onSubmit={form.submit} noValidate>
        <Trouble text={form.trouble} quiet={form.isCounting} />
        <Unseen form="forgot" input={form.input("subject")} />
        <TextInput
          label={t("identity.email")}
          type="email"
          autoComplete="username"
          autoFocus
          {...form.input("email")}
        />
        <Button type="submit" size="md" loading={form.busy} fullWidth>
          {t("forgot.send")}
        </Button>
      </form>
    </AuthLayout>
  );
}
