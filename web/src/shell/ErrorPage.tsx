import { Button, Group } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/engine/api";
import { SignOutLink } from "@/platform/identity/SignOutLink";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { useProblemText } from "@/ui/feedback/problemText";
import { BarePage } from "@/ui/layout/BarePage";
import classes from "./shell.module.css";

/** The last resort: the server cannot be reached, or the page has a fault. Trying again is always offered. */
export function ErrorPage(props: ErrorComponentProps) {
  return (
    <main className={classes.alone}>
      <WhatFailed {...props} />
    </main>
  );
}

/** The same for a page outside all workspaces, in its frame and with the way back to what works without the server. */
export function BareErrorPage(props: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <BarePage end={<SignOutLink />}>
      <WhatFailed
        {...props}
        back={
          <Button variant="default" component={Link} to="/">
            {t("operator.back")}
          </Button>
        }
      />
    </BarePage>
  );
}

function WhatFailed({ error, reset, back }: ErrorComponentProps & { readonly back?: ReactNode }) {
  const { t } = useTranslation();
  const router = useRouter();
  const problemText = useProblemText();
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <EmptyState
      page
      icon={IconPlugConnectedX}
      title={t(problem?.code === "network.unreachable" ? "errorPage.unreachable" : "errorPage.title")}
      action={
        <Group gap="xs" justify="center">
          {back}
          <Button
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            {t("errorPage.again")}
          </Button>
        </Group>
      }
    >
      {problem === null ? t("errorPage.fault") : problemText(problem)}
    </EmptyState>
  );
}
