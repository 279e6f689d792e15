import { Button, Checkbox, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { NewPassword } from "@/platform/identity/passwords/NewPassword";
import { useAccount } from "@/platform/identity/session";
import { toast } from "@/ui/feedback/Toast";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { Section } from "@/ui/layout/Page";
import classes from "../account.module.css";

/** Another password, for whoever knows the one there is. */
export function PasswordSection() {
  const { t } = useTranslation();
  const [changed, setChanged] = useState(0);
  return (
    <Section title={t("account.password.title")} lead={t("account.password.lead")}>
      <PasswordForm key={changed} onChanged={() => setChanged((before) => before + 1)} />
    </Section>
  );
}

function PasswordForm({ onChanged }: { readonly onChanged: () => void }) {
  const { t } = useTranslation();
  const account = useAccount();
  const [endsOthers, setEndsOthers] = useState(true);
  const form = useForm({
    initial: { current: "", password: "" },
    check: ({ current, password }) =>
      complaintsOf(requiredText("current", current), requiredText("password", password)),
    send: async ({ current, password }) => {
      await api.changePassword({ current, password, others: endsOthers ? "end" : "keep" });
      onChanged();
      toast({ text: t("account.password.changed") });
    },
  });
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Stack gap="md">
        <Trouble text={form.trouble} quiet={form.isCounting} />
        <input type="hidden" autoComplete="username" value={account?.user.email ?? ""} readOnly />
        <PasswordInput
          label={t("account.password.current")}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("identity.showPassword") }}
          {...form.input("current")}
        />
        <NewPassword
          label={t("account.password.next")}
          input={form.input("password")}
          about={[
            account?.user.name,
            account?.user.email,
            ...(account?.workspaces ?? []).map((each) => each.name),
          ]}
        />
        <Checkbox
          label={t("account.password.endOthers")}
          description={t("account.password.endOthersHint")}
          checked={endsOthers}
          onChange={({ currentTarget }) => setEndsOthers(currentTarget.checked)}
        />
        <Button type="submit" loading={form.busy} w="fit-content">
          {t("account.password.change")}
        </Button>
      </Stack>
    </form>
  );
}
