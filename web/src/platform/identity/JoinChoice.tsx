import { Button, SegmentedControl, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "@/engine/api";
import { Trouble } from "@/ui/feedback/Trouble";
import { useForm } from "@/ui/forms/useForm";
import classes from "./AuthLayout.module.css";
import { SignInForm } from "./SignInForm";
import { SignOutLine } from "./SignOutLink";
import { SignUpForm } from "./SignUpForm";
import { addMembership, useAccount } from "./session";

interface Props {
  readonly token: string;
  readonly workspace: string;
  /** Whether the invite lets in only who has the address that it was made for. */
  readonly forOneAddress: boolean;
}

/** Joins as who is signed in, or after signing up or in. */
export function JoinChoice({ token, workspace, forOneAddress }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // Who was signed in when the screen opened: signing in below must not swap the form that is being sent.
  const now = useAccount();
  const [account] = useState(now);
  const [way, setWay] = useState("up");

  async function enter(): Promise<void> {
    // In the place of the invite, so that its secret goes and the way back does not lead to it.
    await navigate({ to: "/w/$workspaceId", params: { workspaceId: workspace }, replace: true });
  }

  async function accept(): Promise<void> {
    try {
      addMembership(await api.acceptInvite(token));
    } catch (error) {
      // Who is in already has only to be let in.
      if (!(error instanceof ApiError) || error.code !== "invite.already_member") throw error;
    }
    await enter();
  }

  const form = useForm({ initial: {}, check: () => [], send: accept });

  const hint = forOneAddress && (
    <Text fz="md" mt="lg">
      {t("join.onlyAddress")}
    </Text>
  );
  if (account !== null) {
    return (
      <>
        {hint}
        <form className={classes.form} onSubmit={form.submit}>
          <Trouble text={form.trouble} quiet={form.isCounting} />
          <Button type="submit" size="md" fullWidth loading={form.busy}>
            {t("join.joinAs", { name: account.user.name })}
          </Button>
        </form>
        {forOneAddress && (
          <Text fz="md" mt="md">
            <SignOutLine />
          </Text>
        )}
      </>
    );
  }
  return (
    <>
      {hint}
      <SegmentedControl
        mt="lg"
        fullWidth
        aria-label={t("join.way")}
        value={way}
        onChange={setWay}
        data={[
          { value: "up", label: t("join.newHere") },
          { value: "in", label: t("join.haveAccount") },
        ]}
      />
      {way === "up" ? <SignUpForm invite={token} onSignedUp={enter} /> : <SignInForm onSignedIn={accept} />}
    </>
  );
}
