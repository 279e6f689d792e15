import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Account, ApiError } from "@/engine/api";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import classes from "./AuthLayout.module.css";
import { SharedBox } from "./SharedBox";
import { signIn } from "./session";
import { isShared } from "./sharedComputer";
import { Unseen, unseenOf } from "./Unseen";

interface Props {
  readonly email?: string;
  readonly onSignedIn: (account: Account) => void | Promise<void>;
}

export function SignInForm({ email = "", onSignedIn }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [shared, setShared] = useState(isShared);
  // A page listens to the one, a dialog to the other.
  const first = { autoFocus: true, "data-autofocus": true };
  const form = useForm({
    initial: { email, password: "", subject: "" },
    check: (values) =>
      complaintsOf(emailAddress("email", values.email), requiredText("password", values.password)),
    send: async (values) => {
      const { email, password } = values;
      try {
        await onSignedIn(await signIn({ email: email.trim(), password, ...unseenOf(values) }, shared));
      } catch (error) {
        const token = tokenToKeep(error);
        if (token === null) throw error;
        await navigate({ to: "/keep", state: { linkToken: token } });
      }
    },
  });

  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} quiet={form.isCounting} />
      <Unseen form="sign-in" input={form.input("subject")} />
      <TextInput
        label={t("identity.email")}
        type="email"
        autoComplete="username"
        {...(email === "" && first)}
        {...form.input("email")}
      />
      <PasswordInput
        label={t("identity.password")}
        autoComplete="current-password"
        {...(email !== "" && first)}
        visibilityToggleButtonProps={{ "aria-label": t("identity.showPassword") }}
        {...form.input("password")}
      />
      <Anchor component={Link} to="/forgot" className={classes.forgot}>
        {t("identity.forgot")}
      </Anchor>
      <SharedBox shared={shared} onChange={setShared} />
      <Button type="submit" size="md" loading={form.busy} fullWidth>
        {t("identity.signIn")}
      </Button>
    </form>
  );
}

/** Whoever is going to be deleted is told so, and given what a link of the mail holds as well: the way to stay. */
function tokenToKeep(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== "account.leaving") return null;
  const token = error.problem.params?.token;
  return typeof token === "string" ? token : null;
}
