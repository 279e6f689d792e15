import { Button } from "@mantine/core";
import { IconCompassOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/ui/feedback/EmptyState";
import classes from "./shell.module.css";

export function NotFoundPage() {
  const { t } = useTranslation();
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
