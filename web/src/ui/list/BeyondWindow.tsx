import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/ui/feedback/problemText";
import { useBeyond } from "@/ui/record/useBeyond";
import type { List } from "./list";
import classes from "./list.module.css";
import { type ListSearch, serverQuery } from "./search";

/** Says that the server has more records than this browser, and has it look there. */
export function BeyondWindow({ list, search }: { list: List; search: ListSearch }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { isWindow, isOffline, asked, ask } = useBeyond(list.type, serverQuery(search));
  if (!isWindow) return null;
  const text =
    asked === null || asked === "asking"
      ? t(isOffline ? "list.beyond.offline" : "list.beyond.text")
      : "found" in asked
        ? t("list.beyond.found", { count: asked.found })
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
        {t("list.beyond.ask")}
      </Button>
    </div>
  );
}
