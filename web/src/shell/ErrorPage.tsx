import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/engine/api";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { useProblemText } from "@/ui/feedback/problemText";
import classes from "./shell.module.css";

/** The last resort: the server cannot be reached, or the page has a fault. Trying again is always offered. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const router = useRouter();
  const problemText = useProblemText();
  return (
    <main className={classes.alone}>
      <EmptyState
        page
        icon={IconPlugConnectedX}
        title={t("errorPage.title")}
        action={
          <Button
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            {t("errorPage.again")}
          </Button>
        }
      >
        {error instanceof ApiError ? problemText(error.problem) : t("errorPage.fault")}
      </EmptyState>
    </main>
  );
}
