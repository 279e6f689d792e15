import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "@/engine/api";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import classes from "./AuthLayout.module.css";
import { SharedBox } from "./SharedBox";
import { signUp } from "./session";
import { isShared } from "./sharedComputer";

/** What the server asks for at least; it says the same number when it refuses. */
const shortestPassword = 15;

interface Props {
  /** The token of an invite that is accepted by signing up; without one, a workspace is made. */
  readonly invite?: string;
  readonly onSignedUp: (account: Account) => void | Promise<void>;
}

export function SignUpForm({ invite, onSignedUp }: Props) {
  const { t, i18n } = useTranslation();
  const [shared, setShared] = useState(isShared);
  const makesWorkspace = invite === undefined;
  const form = useForm({
    initial: { name: "", workspace: "", email: "", password: "" },
    check: (values) =>
      complaintsOf(
        requiredText("name", values.name, 200),
        makesWorkspace ? requiredText("workspace", values.workspace, 100) : null,
        emailAddress("email", values.email),
        requiredText("password", values.password),
      ),
    send: async ({ name, workspace, email, password }) => {
      const person = { name: name.trim(), email: email.trim(), password, language: i18n.language };
      const body = makesWorkspace ? { ...person, workspace: workspace.trim() } : { ...person, invite };
      await onSignedUp(await signUp(body, shared));
    },
  });
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} />
      <TextInput label={t("identity.name")} autoComplete="name" autoFocus {...form.input("name")} />
      {makesWorkspace && (
        <TextInput
          label={t("identity.workspace")}
          description={t("identity.workspaceHint")}
          autoComplete="organization"
          {...form.input("workspace")}
        />
      )}
      <TextInput label={t("identity.email")} type="email" autoComplete="username" {...form.input("email")} />
      <PasswordInput
        label={t("identity.password")}
        description={t("identity.passwordHint", { min: shortestPassword })}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("identity.showPassword") }}
        {...form.input("password")}
      />
      <SharedBox shared={shared} onChange={setShared} />
      <Button type="submit" size="md" loading={form.busy} fullWidth>
        {makesWorkspace ? t("identity.signUp") : t("identity.signUpAndJoin")}
      </Button>
    </form>
  );
}
