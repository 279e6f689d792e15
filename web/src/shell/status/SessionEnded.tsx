import { Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEngine, useStatus } from "@/engine/react";
import { leaveFor } from "@/platform/identity/leave";
import { SignInForm } from "@/platform/identity/SignInForm";
import { useAccount } from "@/platform/identity/session";

/** The session ended while the page was open: signing in here goes on where it stopped, with nothing lost. */
export function SessionEnded() {
  const { t } = useTranslation();
  const engine = useEngine();
  const { connection, pending } = useStatus();
  const account = useAccount();
  return (
    <Modal
      opened={connection === "signedOut"}
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
    </Modal>
  );
}
