import { Button, type ButtonProps } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, problemOf } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";

/** Sends another mail by which I confirm my address. */
export function SendLinkButton({ email, ...look }: ButtonProps & { readonly email: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [busy, setBusy] = useState(false);
  async function send(): Promise<void> {
    setBusy(true);
    const problem = await problemOf(api.askToVerify());
    setBusy(false);
    toast({ text: problem === null ? t("address.sent", { email }) : problemText(problem) });
  }
  return (
    <Button {...look} loading={busy} onClick={() => void send()}>
      {t("address.send")}
    </Button>
  );
}
