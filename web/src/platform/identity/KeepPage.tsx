import { Button, Loader } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useForm } from "@/ui/forms/useForm";
import { useFormats } from "@/ui/language/formats";
import { AuthLayout } from "./AuthLayout";
import classes from "./AuthLayout.module.css";
import { LinkRefused } from "./LinkRefused";
import { useLinkToken } from "./linkToken";
import { useLooked } from "./useLooked";

/** Where somebody keeps an account that is going to be deleted: behind the link of a mail, and after the right password. */
export function KeepPage() {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const problemText = useProblemText();
  const token = useLinkToken();
  const looked = useLooked(token, api.lookAtKeep);
  const [isKept, setKept] = useState(false);
  if (isKept) {
    return (
      <AuthLayout title={t("keep.doneTitle")} lead={t("keep.doneLead")}>
        <Button component={Link} to="/sign-in" replace size="md" mt="lg" fullWidth>
          {t("identity.signIn")}
        </Button>
      </AuthLayout>
    );
  }
  if (token !== undefined && looked === null) {
    return (
      <AuthLayout title={t("keep.title")}>
        <Loader mt="lg" aria-label={t("common.loading")} />
      </AuthLayout>
    );
  }
  if (token === undefined || looked?.state !== "found") {
    return (
      <LinkRefused
        title={t("keep.title")}
        refused={t("reset.refused")}
        action={
          <Button component={Link} to="/sign-in" replace>
            {t("identity.signIn")}
          </Button>
        }
      >
        {looked?.state === "refused" && looked.problem.code !== "link.not_valid"
          ? problemText(looked.problem)
          : t("keep.again")}
      </LinkRefused>
    );
  }
  const { email, until } = looked.found;
  return (
    <AuthLayout title={t("keep.title")} lead={t("keep.lead", { email, until: dateTime(until) })}>
      <KeepForm token={token} onKept={() => setKept(true)} />
    </AuthLayout>
  );
}

function KeepForm({ token, onKept }: { readonly token: string; readonly onKept: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initial: {},
    check: () => [],
    send: async () => {
      await api.keepAccount(token);
      onKept();
    },
  });
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} />
      <Button type="submit" size="md" loading={form.busy} fullWidth autoFocus>
        {t("keep.keep")}
      </Button>
      <Button component={Link} to="/" replace variant="default" size="md" fullWidth>
        {t("keep.letGo")}
      </Button>
    </form>
  );
}
