import { Button, Group, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Profile, problemOf } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, emailAddress } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { Pill } from "@/ui/Pill";
import type { Complaint } from "@/ui/record/validate";
import { refreshAccount, useAccount } from "../session";
import { AccountWatch } from "./AccountWatch";
import classes from "./address.module.css";
import { SendLinkButton } from "./SendLinkButton";

/** My address, whether it is confirmed, and the way to another. What waits for a link goes by itself when it was opened. */
export function AddressFields() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const account = useAccount();
  const [profile, setProfile] = useState<Profile | null>(null);
  const [problem, setProblem] = useState<Complaint | null>(null);
  const load = useCallback(async () => {
    await refreshAccount();
    setProblem(await problemOf(api.profile().then(setProfile)));
  }, []);
  useEffect(() => void load(), [load]);
  if (account === null) return null;
  const isAsked = account.verification !== "none";
  return (
    <>
      <Trouble text={problem && problemText(problem)} />
      {profile === null && problem === null && <Skeleton h={56} radius="md" />}
      {profile !== null && (
        <>
          {(isAsked || profile.nextEmail !== null) && <AccountWatch look={load} />}
          <Group gap="sm">
            <bdi className={classes.email}>{profile.email}</bdi>
            {profile.isVerified && <Pill tone="green">{t("address.confirmed")}</Pill>}
            {!profile.isVerified && isAsked && <Pill tone="amber">{t("address.unconfirmed")}</Pill>}
          </Group>
          {isAsked && (
            <SendLinkButton
              email={profile.email}
              variant={account.verification === "required" ? "filled" : "default"}
              w="fit-content"
            />
          )}
          {profile.nextEmail === null ? (
            <ChangeForm onAsked={load} />
          ) : (
            <Waiting email={profile.nextEmail} onKept={load} />
          )}
        </>
      )}
    </>
  );
}

function ChangeForm({ onAsked }: { readonly onAsked: () => Promise<void> }) {
  const { t } = useTranslation();
  const form = useForm({
    initial: { email: "" },
    check: ({ email }) => complaintsOf(emailAddress("email", email)),
    send: async ({ email }) => {
      await api.askForAddress(email.trim());
      await onAsked();
    },
  });
  return (
    <form onSubmit={form.submit} noValidate>
      <Stack gap="md">
        <Trouble text={form.trouble} quiet={form.isCounting} />
        <TextInput
          label={t("address.next")}
          description={t("address.nextHint")}
          type="email"
          autoComplete="off"
          {...form.input("email")}
        />
        <Button type="submit" variant="default" loading={form.busy} w="fit-content">
          {t("address.change")}
        </Button>
      </Stack>
    </form>
  );
}

function Waiting({ email, onKept }: { readonly email: string; readonly onKept: () => Promise<void> }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  async function cancel(): Promise<void> {
    const problem = await problemOf(api.keepAddress());
    if (problem !== null) toast({ text: problemText(problem) });
    await onKept();
  }
  return (
    <div className={classes.waiting} role="status">
      <Text fz="md">{t("address.waiting", { email })}</Text>
      <Text fz="sm" c="dimmed" mt={4}>
        {t("address.waitingHint")}
      </Text>
      <Button mt="sm" size="xs" variant="default" onClick={() => void cancel()}>
        {t("address.keep")}
      </Button>
    </div>
  );
}
