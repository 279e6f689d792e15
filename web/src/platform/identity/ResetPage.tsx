import { Button, Loader } from "@mantine/core";
import { Link } from "@tanstack/react-router";
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
import { useLinkEntry, useLinkToken } from "./linkToken";
import { NewPassword } from "./passwords/NewPassword";
import { Unseen, unseenOf } from "./Unseen";
import { useLooked } from "./useLooked";

/**
 * Behind the link of a mail: sets a new password. Nobody is signed in by it. Whoever opens the link again in the same tab begins
 * anew, and is told that it was used.
 */
export function ResetPage() {
  return <Reset key={useLinkEntry()} />;
}

function Reset() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const token = useLinkToken();
  const looked = useLooked(token, api.lookAtReset);
  const [isDone, setDone] = useState(false);
  if (isDone) {
    return (
      <AuthLayout title={t("reset.doneTitle")} lead={t("reset.doneLead")}>
        <Button component={Link} to="/sign-in" replace size="md" mt="lg" fullWidth>
          {t("identity.signIn")}
        </Button>
      </AuthLayout>
    );
  }
  if (token !== undefined && looked === null) {
    return (
      <AuthLayout title={t("reset.title")}>
        <Loader mt="lg" aria-label={t("common.loading")} />
      </AuthLayout>
    );
  }
  if (token === undefined || looked?.state !== "found") {
    return (
      <LinkRefused
        title={t("reset.title")}
        refused={t("reset.refused")}
        action={
          <Button component={Link} to="/forgot" replace>
            {t("reset.again")}
          </Button>
        }
      >
        {looked?.state === "refused" ? problemText(looked.problem) : t("join.incomplete")}
      </LinkRefused>
    );
  }
  return (
    <AuthLayout title={t("reset.title")} lead={t("reset.lead", { email: looked.found.email })}>
      <ResetForm token={token} email={looked.found.email} onDone={() => setDone(true)} />
    </AuthLayout>
  );
}

function ResetForm({ token, email, onDone }: { token: string; email: string; onDone: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initial: { password: "", subject: "" },
    check: ({ password }) => complaintsOf(requiredText("password", password)),
    send: async (values) => {
      await api.reset({ token, password: values.password, ...unseenOf(values) });
      onDone();
    },
  });
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} quiet={form.isCounting} />
      <Unseen form="reset" input={form.input("subject")} />
      {/* For programs that keep passwords: whose it is. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <NewPassword autoFocus input={form.input("password")} about={[email]} />
      <Button type="submit" size="md" loading={form.busy} fullWidth>
        {t("reset.set")}
      </Button>
    </form>
  );
}
