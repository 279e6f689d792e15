import { Button } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import classes from "./field.module.css";
import { refusedText } from "./refused";

/** A write that the server refused: what it was, why, and the two ways out. */
export function Refusal({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();
  const refused = refusedText(letter);
  return (
    <div className={classes.refusal} role="alert">
      <IconAlertCircle size={16} aria-hidden />
      <span className={classes.refusalText}>
        {refused === null ? t("record.refused") : t("record.refusedValue", { value: refused })}{" "}
        {problemText(letter.error)}
      </span>
      <span className={classes.refusalWays}>
        <Button
          variant="subtle"
          size="compact-xs"
          color="red"
          c="var(--hf-danger)"
          onClick={() => engine.retry(letter.id)}
        >
          {t("record.retry")}
        </Button>
        <Button variant="subtle" size="compact-xs" color="gray" onClick={() => engine.discard(letter.id)}>
          {t("record.discard")}
        </Button>
      </span>
    </div>
  );
}
