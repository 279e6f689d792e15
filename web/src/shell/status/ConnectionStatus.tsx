import { Button, Popover, Text, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeadLetters, useEngine, useStatus } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { takeNewVersion } from "@/platform/offline/versions";
import { ConflictDialog } from "@/ui/record/ConflictDialog";
import { DeadLetterList } from "./DeadLetterList";
import classes from "./status.module.css";
import { syncState } from "./syncState";
import { useFieldLabel } from "./useFieldLabel";
import { WaitingList } from "./WaitingList";

/** Whether what is on the screen is what the others see; a click says more and shows the way out. */
export function ConnectionStatus() {
  const { t } = useTranslation();
  const engine = useEngine();
  const status = useStatus();
  const letters = useDeadLetters();
  // Nearly every write is answered before anyone could read "1 change waits": only what lasts is said.
  const [lasting] = useDebouncedValue(status.pending, 600);
  const pending = Math.min(status.pending, lasting);
  const { kind, count } = syncState({ ...status, pending }, letters.length);
  const label = t(`status.${kind}.label`, { count });
  const unsent =
    count > 0 && (kind === "offline" || kind === "connecting") ? t("status.unsent", { count }) : "";

  const [opened, setOpened] = useState(false);
  // What lies over the page is one thing at a time.
  const [compared, setCompared] = useState<DeadLetter | null>(null);
  const labelOf = useFieldLabel();
  function compare(letter: DeadLetter): void {
    setOpened(false);
    setCompared(letter);
  }

  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        width={340}
        shadow="md"
        trapFocus
        returnFocus
      >
        <span role="status">
          <Popover.Target>
            <UnstyledButton
              className={classes.status}
              onClick={() => setOpened((before) => !before)}
              data-kind={kind}
              aria-label={[label, unsent].filter(Boolean).join(", ")}
            >
              <span className={classes.dot} />
              <span className={classes.label}>{label}</span>
              {unsent !== "" && <span className={classes.unsent}>{unsent}</span>}
            </UnstyledButton>
          </Popover.Target>
        </span>
        <Popover.Dropdown className={classes.panel ?? ""} aria-label={label}>
          <Text fz="sm" fw={600}>
            {label}
          </Text>
          <Text fz="sm" c="dimmed" mt={4}>
            {t(`status.${kind}.text`)}
          </Text>
          {count > 0 && kind !== "needsYou" && (
            <Text fz="sm" mt="xs">
              {t("status.waiting", { count })}
            </Text>
          )}
          {(status.connection === "offline" || status.connection === "connecting") && (
            <Button mt="sm" size="xs" variant="default" onClick={() => engine.tryNow()}>
              {t("status.tryNow")}
            </Button>
          )}
          {kind === "outdated" && (
            <Button mt="sm" size="xs" onClick={() => void takeNewVersion()}>
              {t("status.reload")}
            </Button>
          )}
          {(status.storage === "memory" || status.storage === "full") && (
            <Text fz="sm" mt="xs" c="var(--hf-warning-text)">
              {t(`status.storage.${status.storage}`)}
            </Text>
          )}
          {letters.length > 0 && <DeadLetterList letters={letters} onCompare={compare} />}
          <WaitingList />
        </Popover.Dropdown>
      </Popover>
      {compared && (
        <ConflictDialog opened letter={compared} onClose={() => setCompared(null)} labelOf={labelOf} />
      )}
    </>
  );
}
