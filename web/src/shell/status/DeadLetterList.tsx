import { Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { ConflictDialog } from "@/ui/record/ConflictDialog";
import { disagreementsOf } from "@/ui/record/conflicts";
import classes from "./status.module.css";
import { useDescription } from "./useDescription";
import { useFieldLabel } from "./useFieldLabel";

/** What the server refused. Each stays until the person has decided. */
export function DeadLetterList({ letters }: { letters: readonly DeadLetter[] }) {
  return (
    <ul className={classes.letters}>
      {letters.map((letter) => (
        <Letter key={letter.id} letter={letter} />
      ))}
    </ul>
  );
}

function Letter({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();
  const describe = useDescription();
  const labelOf = useFieldLabel();
  const [comparing, dialog] = useDisclosure(false);
  return (
    <li className={classes.letter}>
      {letter.operations.map((operation, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the operations of a refused transaction never move
        <Text key={index} fz="sm" fw={540} dir="auto">
          {describe(operation)}
        </Text>
      ))}
      <Text fz="sm" c="var(--hf-danger)">
        {problemText(letter.error)}
      </Text>
      {letter.held.length > 0 && (
        <Text fz="sm" c="dimmed">
          {t("letters.held", { count: letter.held.length })}
        </Text>
      )}
      <Group gap="xs" mt={6}>
        {disagreementsOf(letter).length > 0 && (
          <>
            <Button size="compact-xs" onClick={dialog.open}>
              {t("conflict.compare")}
            </Button>
            <ConflictDialog letter={letter} opened={comparing} onClose={dialog.close} labelOf={labelOf} />
          </>
        )}
        <Button size="compact-xs" variant="default" onClick={() => engine.retry(letter.id)}>
          {t("record.retry")}
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => engine.discard(letter.id)}>
          {t("record.discard")}
        </Button>
      </Group>
    </li>
  );
}
