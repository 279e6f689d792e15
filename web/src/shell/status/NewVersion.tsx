import { Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { takeNewVersion, useNewVersion } from "@/platform/offline/versions";
import classes from "./status.module.css";

/** A newer version of the page is here. It takes over when the person says so, or when all tabs are closed. */
export function NewVersion() {
  const { t } = useTranslation();
  const isNew = useNewVersion();
  return (
    <span role="status">
      {isNew && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconRefresh size={14} aria-hidden />}
          title={t("status.newVersionText")}
          className={classes.newVersion ?? ""}
          onClick={() => void takeNewVersion()}
        >
          {t("status.newVersion")}
        </Button>
      )}
    </span>
  );
}
