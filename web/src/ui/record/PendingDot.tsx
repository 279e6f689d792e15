import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./field.module.css";

/** A write that the server has not answered yet: quiet, because it nearly always will. */
export function PendingDot() {
  const { t } = useTranslation();
  return (
    <Tooltip label={t("record.pending")}>
      <span className={classes.pending} role="img" aria-label={t("record.pending")} />
    </Tooltip>
  );
}
