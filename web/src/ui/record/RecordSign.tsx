import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import classes from "./field.module.css";
import { PendingDot } from "./PendingDot";

/** How a record stands with the server, in one dot; nothing where all of it is confirmed. */
export function RecordSign({ state }: Pick<View, "state">) {
  const { t } = useTranslation();
  if (state === "confirmed") return null;
  if (state === "pending") return <PendingDot />;
  const label = t(`record.${state}`);
  return (
    <Tooltip label={label}>
      <span className={classes.needsYou} role="img" aria-label={label} data-state={state} />
    </Tooltip>
  );
}
