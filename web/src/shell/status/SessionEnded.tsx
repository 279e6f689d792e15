import { Button, Modal, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useEngine, useStatus } from "@/engine/react";
import { forgetAccount } from "@/platform/identity/keptAccount";
import { leaveFor } from "@/platform/identity/leave";
import { SignInForm } from "@/platform/identity/SignInForm";
import { useAccount } from "@/platform/identity/session";
import classes from "./status.module.css";

/**
 * The session ended while the page was open: signing in here goes on where it stopped, with nothing lost. Until then
 * only this is shown, and who does not want to go on leaves.
 */
export function SessionEnded() {
  const { t } = useTranslation();
  const engine = useEngine();
  const { connection, pending } = useStatus();
  const ended = connection === "signedOut";
  const account = useAccount();
  const user = account?.user.id;
  useEffect(() => {
    if (ended && user !== undefined) forgetAccount(user);
  }, [ended, user]);
  return (
    <Modal
      opened={ended}
      {...(ended && { className: classes.ended ?? "" })}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("sessionEnded.title")}
    >
      <Text fz="md" c="dimmed">
        {pending > 0 ? t("sessionEnded.unsent", { count: pending }) : t("sessionEnded.text")}
      </Text>
      <SignInForm
        email={account?.user.email ?? ""}
        onSignedIn={(next) => {
          // What waits was written by the one who was signed in; nobody else may send it.
          if (next.user.id === account?.user.id) engine.start();
          else leaveFor("/");
        }}
      />
      <Button mt="sm" variant="subtle" color="gray" fullWidth onClick={() => leaveFor("/")}>
        {pending > 0 ? t("sessionEnded.leaveAnyway") : t("sessionEnded.leave")}
      </Button>
    </Modal>
  );
}
