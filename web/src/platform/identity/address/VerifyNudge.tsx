import { CloseButton } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keep, kept } from "@/ui/kept";
import { useAccount } from "../session";
import { AccountWatch } from "./AccountWatch";
import classes from "./address.module.css";
import { SendLinkButton } from "./SendLinkButton";

const key = "holdfast.nudge";
const today = () => new Date().toDateString();

/** Reminds me, until the next day where I say so, that the address is yet to be confirmed. Goes by itself when it is. */
export function VerifyNudge() {
  const { t } = useTranslation();
  const account = useAccount();
  const [isPutOff, putOff] = useState(() => kept(key) === today());
  if (account?.verification !== "asked" || isPutOff) return null;
  const { email } = account.user;
  function later(): void {
    keep(key, today());
    putOff(true);
  }
  return (
    <aside className={classes.nudge} aria-label={t("address.nudge.title")}>
      <AccountWatch />
      <IconMail size={18} stroke={1.7} aria-hidden className={classes.icon} />
      <p className={classes.text}>{t("address.nudge.text", { email })}</p>
      <SendLinkButton email={email} size="compact-sm" variant="default" className={classes.send} />
      <CloseButton size="sm" aria-label={t("address.nudge.later")} onClick={later} />
    </aside>
  );
}
