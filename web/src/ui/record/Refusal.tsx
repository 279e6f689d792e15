import { Button } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, problemOf } from "@/engine/api";
import { useEngine } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { ConflictDialog } from "./ConflictDialog";
import { disagreementsOf } from "./conflicts";
import classes from "./field.module.css";
import { refusedWrite } from "./refused";
import { useComplaintText, useFieldWords } from "./words";

/** A write that the server refused: what it was, why, and the ways out. */
export function Refusal({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();
  const words = useFieldWords();
  const complaintText = useComplaintText();
  const write = refusedWrite(letter);
  const refused = write === null ? null : words(write, write.field, write.value);
  const [comparing, setComparing] = useState(false);
  const isConflict = disagreementsOf(letter).length > 0;

  async function retry(): Promise<void> {
    // Asked for now: what is sent again would be refused again.
    const asks = letter.error.code === "auth.proof_required";
    if (!asks || (await problemOf(api.ensureProof())) === null) engine.retry(letter.id);
  }

  return (
    <div className={classes.refusal} role="alert">
      <IconAlertCircle size={16} aria-hidden />
      <span className={classes.refusalText}>
        {refused === null ? t("record.refused") : t("record.refusedValue", { value: refused })}{" "}
        {write === null
          ? problemText(letter.error)
          : complaintText({ type: write.type, name: write.field }, letter.error)}
      </span>
      <span className={classes.refusalWays}>
        <Button
          variant="subtle"
          size="compact-xs"
          color="red"
          c="var(--hf-danger)"
          onClick={() => (isConflict ? setComparing(true) : void retry())}
        >
          {isConflict ? t("conflict.compare") : t("record.retry")}
        </Button>
        <Button variant="subtle" size="compact-xs" color="gray" onClick={() => engine.discard(letter.id)}>
          {t("record.discard")}
        </Button>
      </span>
      {comparing && <ConflictDialog opened letter={letter} onClose={() => setComparing(false)} />}
    </div>
  );
}
