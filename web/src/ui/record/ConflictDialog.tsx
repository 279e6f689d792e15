import { Button, Group, Radio, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Value } from "@/engine/protocol";
import { useEngine } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { Dialog } from "@/ui/feedback/Dialog";
import classes from "./conflict.module.css";
import { chosen, type Disagreement, disagreementsOf } from "./conflicts";
import { useFieldLabel, useFieldWords } from "./words";

interface Props {
  readonly letter: DeadLetter;
  readonly opened: boolean;
  readonly onClose: () => void;
}

const keyOf = ({ id, field }: Disagreement): string => `${id}/${field}`;

/** Two people changed the same: what each wrote side by side, and one choice a field. */
export function ConflictDialog({ letter, opened, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const labelOf = useFieldLabel();
  const disagreements = disagreementsOf(letter);
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set(disagreements.map(keyOf)));

  function choose(one: Disagreement, isMine: boolean): void {
    const others = [...mine].filter((key) => key !== keyOf(one));
    setMine(new Set(isMine ? [...others, keyOf(one)] : others));
  }

  function settle(): void {
    const operations = chosen(letter, (one) => mine.has(keyOf(one)));
    if (operations.length > 0) engine.retry(letter.id, operations);
    else engine.discard(letter.id);
    onClose();
  }

  return (
    <Dialog opened={opened} onClose={onClose} title={t("conflict.title")} size="lg">
      <Text fz="md" c="dimmed">
        {t("conflict.text")}
      </Text>
      {disagreements.map((one) => (
        <Choice
          key={keyOf(one)}
          label={labelOf(one, one.field)}
          disagreement={one}
          isMine={mine.has(keyOf(one))}
          onChoose={(isMine) => choose(one, isMine)}
        />
      ))}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t("conflict.later")}
        </Button>
        <Button onClick={settle} data-autofocus>
          {t("conflict.settle")}
        </Button>
      </Group>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly disagreement: Disagreement;
  readonly isMine: boolean;
  readonly onChoose: (isMine: boolean) => void;
}

function Choice({ label, disagreement, isMine, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const words = useFieldWords();
  const { field, mine, base, theirs } = disagreement;
  const shown = (value: Value) => words(disagreement, field, value) || t("record.empty");
  return (
    <Radio.Group
      className={classes.field ?? ""}
      label={label}
      value={isMine ? "mine" : "theirs"}
      onChange={(value) => onChoose(value === "mine")}
      {...(base !== undefined && { description: t("conflict.base", { value: shown(base) }) })}
    >
      <div className={classes.sides}>
        {(["mine", "theirs"] as const).map((side) => (
          <Radio.Card key={side} value={side} className={classes.side ?? ""}>
            <Group wrap="nowrap" align="flex-start" gap="xs">
              <Radio.Indicator />
              <div className={classes.what}>
                <Text fz="xs" c="dimmed">
                  {t(`conflict.${side}`)}
                </Text>
                <Text fz="md" dir="auto">
                  {shown(side === "mine" ? mine : theirs)}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
