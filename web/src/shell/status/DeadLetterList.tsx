import { Button, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import type { DeadLetter, Engine } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { pathOf, rootOf } from "@/ui/home/subjects";
import { disagreementsOf } from "@/ui/record/conflicts";
import { type Unmade, unmadeIn } from "@/ui/record/mend";
import { subjects } from "../home/subjects";
import classes from "./status.module.css";
import { useDescription } from "./useDescription";

interface Props {
  readonly letters: readonly DeadLetter[];
  /** Lays both sides of a conflict beside each other. */
  readonly onCompare: (letter: DeadLetter) => void;
  /** Asks what a record that was refused shall hold instead. */
  readonly onMend: (unmade: Unmade) => void;
  /** Another page comes up. */
  readonly onLeave: () => void;
}

/** What the server refused. Each stays until the person has decided. */
export function DeadLetterList({ letters, ...ways }: Props) {
  return (
    <ul className={classes.letters}>
      {letters.map((letter) => (
        <Letter key={letter.id} letter={letter} {...ways} />
      ))}
    </ul>
  );
}

interface LetterProps extends Omit<Props, "letters"> {
  readonly letter: DeadLetter;
}

function Letter({ letter, onCompare, onMend, onLeave }: LetterProps) {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();
  const describe = useDescription();
  const unmade = unmadeIn(letter);
  const page = pageOf(engine, letter);
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
        {unmade !== null && (
          <Button size="compact-xs" onClick={() => onMend(unmade)}>
            {t("letters.mend")}
          </Button>
        )}
        {page !== undefined && (
          <Button size="compact-xs" variant="default" component={Link} to={page} onClick={onLeave}>
            {t("letters.open")}
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

/** Where what a letter is about is met, and mended in its place. */
function pageOf(engine: Engine, { operations: [first] }: DeadLetter): string | undefined {
  const record = first && engine.record(first.type, first.id);
  const root = record && rootOf(subjects, engine, record);
  return root ? pathOf(subjects, engine.workspace, root) : undefined;
}
