import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/ui/feedback/problemText";
import { useBeyond } from "@/ui/record/useBeyond";
import classes from "./customers.module.css";
import { type CustomerSearch, serverQuery } from "./listing";

/** Says that the server has more customers than this browser, and has it look there. */
export function BeyondWindow({ search }: { search: CustomerSearch }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { isWindow, isOffline, asked, ask } = useBeyond("solo.customer", serverQuery(search));
  if (!isWindow) return null;
  const text =
    asked === null || asked === "asking"
      ? t(isOffline ? "customers.beyond.offline" : "customers.beyond.text")
      : "found" in asked
        ? t("customers.beyond.found", { count: asked.found })
        : problemText(asked);
  return (
    <div className={classes.hidden} role="status">
      <span>{text}</span>
      <Button
        size="compact-sm"
        variant="subtle"
        disabled={isOffline}
        loading={asked === "asking"}
        onClick={ask}
      >
        {t("customers.beyond.ask")}
      </Button>
    </div>
  );
}
