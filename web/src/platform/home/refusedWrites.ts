import { IconAlertCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useDeadLetters, useEngine } from "@/engine/react";
import type { DeadLetter, View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { defineNeeds } from "@/ui/home/needs";
import { pathOf, rootOf, type Subject } from "@/ui/home/subjects";
import { typeKey, useNameOf } from "@/ui/record/words";

/** What the server refused, and what I and another wrote at once: it waits for a decision. */
export const refusedWrites = (subjects: readonly Subject[]) =>
  defineNeeds({
    id: "platform.refused",
    useNeeds() {
      const { t } = useTranslation();
      const engine = useEngine();
      const letters = useDeadLetters();
      const problemText = useProblemText();
      const nameOf = useNameOf();

      function recordOf({ operations }: DeadLetter): View | undefined {
        const [first] = operations;
        return first === undefined ? undefined : engine.record(first.type, first.id);
      }

      return letters.map((letter) => {
        const record = recordOf(letter);
        const [first] = letter.operations;
        const given = first?.op === "create" ? first.values.name : undefined;
        const root = record && rootOf(subjects, engine, record);
        const to = root ? pathOf(subjects, engine.workspace, root) : undefined;
        return {
          id: letter.id,
          icon: IconAlertCircle,
          name:
            (record && nameOf(record.type, record.id)) ??
            (typeof given === "string" ? given : first === undefined ? "" : t(typeKey(first.type))),
          detail: problemText(letter.error),
          sign: t(letter.outcome === "conflict" ? "home.needs.conflict" : "home.needs.refused"),
          tone: "red",
          ...(to !== undefined && { to }),
        } as const;
      });
    },
  });
