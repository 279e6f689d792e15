import { PasswordInput, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { Dialog } from "@/ui/feedback/Dialog";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { FormFrame } from "@/ui/forms/FormFrame";
import { useForm } from "@/ui/forms/useForm";
import { useAccount } from "../session";
import { answerProof } from "./proof";

/** Asks for the password before what a page that somebody left open must not be enough for. */
export function ProofDialog({ opened }: { opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={() => answerProof(false)} title={t("proof.title")} size="sm" isOnTop>
      <ProofForm />
    </Dialog>
  );
}

function ProofForm() {
  const { t } = useTranslation();
  const account = useAccount();
  const form = useForm({
    initial: { password: "" },
    check: ({ password }) => complaintsOf(requiredText("password", password)),
    send: async ({ password }) => {
      await api.prove(password);
      answerProof(true);
    },
  });
  return (
    <FormFrame
      onSubmit={form.submit}
      onCancel={() => answerProof(false)}
      submit={t("proof.confirm")}
      busy={form.busy}
      trouble={form.trouble}
      quiet={form.isCounting}
    >
      <Text fz="md" c="dimmed">
        {t("proof.text")}
      </Text>
      {/* Tells a manager of passwords whose is asked for. */}
      <input type="email" autoComplete="username" value={account?.user.email ?? ""} readOnly hidden />
      <PasswordInput
        label={t("identity.password")}
        autoComplete="current-password"
        data-autofocus
        visibilityToggleButtonProps={{ "aria-label": t("identity.showPassword") }}
        {...form.input("password")}
      />
    </FormFrame>
  );
}
