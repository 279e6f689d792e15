import { Button } from "@mantine/core";
import { IconCompassOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { loadAccount } from "@/platform/identity/session";
import { EmptyState } from "@/ui/feedback/EmptyState";
import classes from "./shell.module.css";

export function NotFoundPage() {
  const { t } = useTranslation();
  // No route has asked who is signed in, and in which language he reads. A stranger reads on in his browser's.
  useEffect(() => void loadAccount().catch(() => null), []);
  return (
    <main className={classes.alone}>
      <EmptyState
        page
        icon={IconCompassOff}
        title={t("notFound.title")}
        action={
          <Button component={Link} to="/">
            {t("notFound.home")}
          </Button>
        }
      >
        {t("notFound.text")}
      </EmptyState>
    </main>
  );
}
