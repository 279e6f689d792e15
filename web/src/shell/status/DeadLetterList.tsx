import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { disagreementsOf } from "@/ui/record/conflicts";
import classes from "./status.module.css";
import { useDescription } from "./useDescription";

interface Props {
  readonly letters: readonly DeadLetter[];
  /** Lays both sides of a conflict beside each other. */
  readonly onCompare: (letter: DeadLetter) => void;
}

/** What the server refused. Each stays until the person has decided. */
export function DeadLetterList({ letters, onCompare }: Props) {
  return (
    <ul className={classes.letters}>
      {letters.map((letter) => (
        <Letter key={letter.id} letter={letter} onCompare={onCompare} />
      ))}
    </ul>
  );
}

function Letter({ letter, onCompare }: { letter: DeadLetter; onCompare: Props["onCompare"] }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();
  const describe = useDescription();
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
          <Button size="compact-xs" onClick={() => onCompare(letter)}>
            {t("conflict.compare")}
          </Button>
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
