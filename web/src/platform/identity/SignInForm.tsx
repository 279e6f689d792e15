import { Button, Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "@/engine/api";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import classes from "./AuthLayout.module.css";
import { signIn } from "./session";
import { isShared } from "./sharedComputer";
import { unsentOf } from "./unsent";

interface Props {
  readonly email?: string;
  readonly onSignedIn: (account: Account) => void | Promise<void>;
}

export function SignInForm({ email = "", onSignedIn }: Props) {
  const { t } = useTranslation();
  const [shared, setShared] = useState(isShared);
  /** Where it is not 0, the person is asked whether to lose so many, of whoever's. */
  const [unsent, setUnsent] = useState(0);
  // A page listens to the one, a dialog to the other.
  const first = { autoFocus: true, "data-autofocus": true };
  const form = useForm({
    initial: { email, password: "" },
    check: (values) =>
      complaintsOf(emailAddress("email", values.email), requiredText("password", values.password)),
    send: async (values) => {
      const account = await signIn(values.email.trim(), values.password, shared);
      await onSignedIn(account);
    },
  });

  const choose = useCallback(async (next: boolean): Promise<void> => {
    setShared(next);
    const count = next ? await unsentOf() : 0;
    if (count === 0) return;
    setShared(false);
    setUnsent(count);
  }, []);

  // The choice of before may meet what was kept before it.
  useEffect(() => {
    if (isShared()) void choose(true);
  }, [choose]);

  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} />
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
      <Checkbox
        label={t("identity.shared")}
        description={t("identity.sharedHint")}
        checked={shared}
        onChange={(event) => void choose(event.currentTarget.checked)}
      />
      <Button type="submit" size="md" loading={form.busy} fullWidth>
        {t("identity.signIn")}
      </Button>
      <ConfirmDialog
        opened={unsent > 0}
        onClose={() => setUnsent(0)}
        title={t("identity.shared")}
        text={t("signOut.unsent", { count: unsent })}
        confirm={t("identity.sharedAnyway")}
        onConfirm={() => setShared(true)}
      />
    </form>
  );
}
