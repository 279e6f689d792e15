import { Button, TextInput } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "@/engine/api";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import classes from "./AuthLayout.module.css";
import { NewPassword } from "./passwords/NewPassword";
import { SharedBox } from "./SharedBox";
import { signUp } from "./session";
import { isShared } from "./sharedComputer";
import { Unseen, unseenOf } from "./Unseen";

interface Props {
  /** The token of an invite that is accepted by signing up; without one, a workspace is made. */
  readonly invite?: string;
  /** The token of the link that the server printed, for whoever is the first. */
  readonly first?: string;
  readonly onSignedUp: (account: Account) => void | Promise<void>;
}

export function SignUpForm({ invite, first, onSignedUp }: Props) {
  const { t, i18n } = useTranslation();
  const [shared, setShared] = useState(isShared);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const makesWorkspace = invite === undefined;
  const form = useForm({
    initial: { name: "", workspace: "", email: "", password: "", subject: "" },
    check: (values) =>
      complaintsOf(
        requiredText("name", values.name, 200),
        makesWorkspace ? requiredText("workspace", values.workspace, 100) : null,
        emailAddress("email", values.email),
        requiredText("password", values.password),
      ),
    send: async (values) => {
      const { name, workspace, email, password } = values;
      const language = i18n.language;
      const person = { name: name.trim(), email: email.trim(), password, language, ...unseenOf(values) };
      const body = makesWorkspace
        ? { ...person, workspace: workspace.trim(), ...(first !== undefined && { first }) }
        : { ...person, invite };
      const account = await signUp(body, shared);
      if (account === null) setSentTo(person.email);
      else await onSignedUp(account);
    },
  });
  if (sentTo !== null) {
    return (
      <EmptyState icon={IconMail} title={t("forgot.sentTitle")}>
        {t("identity.signUpSent", { email: sentTo })}
      </EmptyState>
    );
  }
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} quiet={form.isCounting} />
      <Unseen form="sign-up" input={form.input("subject")} />
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
      <NewPassword
        input={form.input("password")}
        about={[form.input("name").value, form.input("email").value, form.input("workspace").value]}
      />
      <SharedBox shared={shared} onChange={setShared} />
      <Button type="submit" size="md" loading={form.busy} fullWidth>
        {makesWorkspace ? t("identity.signUp") : t("identity.signUpAndJoin")}
      </Button>
    </form>
  );
}
