import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { useProblemText } from "@/ui/feedback/problemText";
import classes from "./field.module.css";
import { useBeyond } from "./useBeyond";

interface Props {
  readonly type: RecordTypeName;
  /** In the query language. */
  readonly query: string;
}

/** Says that the server has more records than this browser, and has it look there. */
export function BeyondWindow({ type, query }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { isWindow, isOffline, asked, ask } = useBeyond(type, query);
  if (!isWindow) return null;
  const text =
    asked === null || asked === "asking"
      ? t(isOffline ? "list.beyond.offline" : "list.beyond.text")
      : "found" in asked
        ? t("list.beyond.found", { count: asked.found })
        : problemText(asked);
  return (
    <div className={classes.beyond} role="status">
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
