import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Operation } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import classes from "./status.module.css";

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

/** What a record is called, where its type has a name or a label. */
function nameOf(values: object | undefined): unknown {
  if (!values) return undefined;
  return "name" in values ? values.name : "label" in values ? values.label : undefined;
}

function useDescription(): (operation: Operation) => string {
  const { t } = useTranslation();
  const engine = useEngine();
  return (operation) => {
    const held = nameOf(engine.record(operation.type, operation.id)?.values);
    const given = operation.op === "create" ? nameOf(operation.values) : undefined;
    const name = String(given ?? held ?? t("letters.unnamed"));
    if (operation.op === "create" || operation.op === "delete" || operation.op === "restore")
      return t(`letters.${operation.op}`, { name });
    const value = "value" in operation ? operation.value : operation.by;
    return t(`letters.${operation.op}`, { name, value: String(value ?? t("record.empty")) });
  };
}

function Letter({ letter }: { letter: DeadLetter }) {
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
      <Group gap="xs" mt={6}>
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
