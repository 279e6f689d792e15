import { Button, Popover, Text, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCloudUp, IconDatabaseExclamation } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeadLetters, useEngine, useStatus } from "@/engine/react";
import type { DeadLetter } from "@/engine/types";
import { takeNewVersion } from "@/platform/offline/versions";
import { useFormats } from "@/ui/language/formats";
import { ConflictDialog } from "@/ui/record/ConflictDialog";
import { MendDialog } from "@/ui/record/MendDialog";
import type { Unmade } from "@/ui/record/mend";
import { DeadLetterList } from "./DeadLetterList";
import classes from "./status.module.css";
import { syncState } from "./syncState";
import { WaitingList } from "./WaitingList";

/** Whether what is on the screen is what the others see; a click says more and shows the way out. */
export function ConnectionStatus() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const engine = useEngine();
  const status = useStatus();
  const letters = useDeadLetters();
  // Nearly every write is answered before anyone could read "1 change waits": only what lasts is said.
  const [lasting] = useDebouncedValue(status.pending, 600);
  const pending = Math.min(status.pending, lasting);
  const { kind, count, line } = syncState({ ...status, pending }, letters.length);
  const label = t(`status.${kind}.label`, { count });
  const isAway = line === "offline" || line === "connecting";
  const unsent = isAway ? pending : 0;
  const unkept = status.storage === "memory" || status.storage === "full" ? status.storage : null;
  const aside = [
    isAway && kind !== line ? t(`status.${line}.label`) : "",
    unsent > 0 ? t("status.unsent", { count: unsent }) : "",
    unkept === null ? "" : t(`status.storage.${unkept}Label`),
  ].filter(Boolean);

  const [opened, setOpened] = useState(false);
  // What lies over the page is one thing at a time.
  const [compared, setCompared] = useState<DeadLetter | null>(null);
  const [mended, setMended] = useState<Unmade | null>(null);
  const close = () => setOpened(false);
  function compare(letter: DeadLetter): void {
    close();
    setCompared(letter);
  }
  function mend(unmade: Unmade): void {
    close();
    setMended(unmade);
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
              data-tour="status"
              onClick={() => setOpened((before) => !before)}
              data-kind={kind}
              aria-label={[label, ...aside].join(", ")}
            >
              <span className={classes.dot} />
              <span className={classes.label}>{label}</span>
              {aside.length > 0 && <span className={classes.aside}>{aside.join(" · ")}</span>}
              {unsent > 0 && (
                <span className={classes.brief}>
                  <IconCloudUp size={15} stroke={1.8} />
                  {number(unsent)}
                </span>
              )}
              {unkept !== null && (
                <span className={classes.brief}>
                  <IconDatabaseExclamation size={15} stroke={1.8} />
                </span>
              )}
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
          {kind !== line && line !== "live" && (
            <Text fz="sm" c="dimmed" mt={4}>
              {t(`status.${line}.text`)}
            </Text>
          )}
          {pending > 0 && (
            <Text fz="sm" mt="xs">
              {t("status.waiting", { count: pending })}
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
          {unkept !== null && (
            <Text fz="sm" mt="xs" c="var(--hf-warning-text)">
              {t(`status.storage.${unkept}`)}
            </Text>
          )}
          {letters.length > 0 && (
            <DeadLetterList letters={letters} onCompare={compare} onMend={mend} onLeave={close} />
          )}
          <WaitingList />
        </Popover.Dropdown>
      </Popover>
      {compared && <ConflictDialog opened letter={compared} onClose={() => setCompared(null)} />}
      {mended && <MendDialog opened unmade={mended} onClose={() => setMended(null)} />}
    </>
  );
}
